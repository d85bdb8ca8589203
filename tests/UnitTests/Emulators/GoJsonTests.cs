using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Tests.Fuzzing;

namespace OfflineActions.Tests.Emulators;

/// <summary>
/// The words of Go's <c>encoding/json</c>. Each line of <c>encoding-json.jsonl</c> is a type, a text whose characters are its bytes, and what
/// Go 1.19 printed for it: from a decoder that refuses unknown fields, and from <c>Unmarshal</c>. Empty means read.
/// </summary>
public sealed partial class GoJsonTests
{
    [Test]
    public void Every_text_is_refused_in_the_words_that_Go_printed()
    {
        var differences = new List<string>();
        foreach (var line in File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Emulators", "encoding-json.jsonl")))
        {
            var row = JsonSerializer.Deserialize<string[]>(line)!;
            var bytes = Encoding.Latin1.GetBytes(row[1]);
            var said = (GoJson.Decode(bytes, TypeOf(row[0])) ?? "", GoJson.Unmarshal(bytes, TypeOf(row[0])) ?? "");
            if (said != (row[2], row[3]))
            {
                differences.Add($"{line}\n    {said}");
            }
        }

        Assert.That(string.Join('\n', differences), Is.Empty);
    }

    /// <summary>The refused byte is the first after which no text could be read, and the words name it.</summary>
    [Test]
    [Category("Fuzz")]
    public void A_damaged_text_is_refused_in_one_of_the_forms_of_Go_at_the_right_byte() => Fuzz.Try(json =>
    {
        var scan = new GoScanner(json, CanonicalJson.MaxDepth).Scan();
        var said = GoJson.Decode(json, GoTypes.Body);
        if (scan.Error is null || scan.Error == "exceeded max depth")
        {
            return;
        }

        Assert.That(said, Does.Match(Forms()));
        if (scan.IsCut)
        {
            Assert.That(scan.Length, Is.EqualTo(json.Length));
            return;
        }

        var before = json.AsSpan(..scan.Length);
        Assert.That(new GoScanner(before, CanonicalJson.MaxDepth).Scan().IsCut, "the text before the byte can go on");
        Assert.That(said, Does.StartWith($"invalid character {GoScanner.Quoted(json[scan.Length])} "));
        Assert.That(GoJson.Decode(json.AsSpan(..(scan.Length + 1)), GoTypes.Body), Is.EqualTo(said), "what follows does not matter");
    });

    [Test]
    [Category("Fuzz")]
    public void Go_reads_what_the_emulator_reads() => Fuzz.Try(json =>
    {
        var read = true;
        try
        {
            CanonicalObject.Parse(json);
        }
        catch (JsonException)
        {
            read = false;
        }

        Assert.That(!read || GoJson.Decode(json, GoTypes.Body) is null, Encoding.UTF8.GetString(json));
    });

    private static GoType TypeOf(string name) => name switch
    {
        "body" => GoTypes.Body,
        "revs" => GoTypes.Revisions,
        "login" => GoTypes.Login,
        "session" => GoTypes.Session,
        "principal" => GoTypes.Principal,
        "changes" => GoTypes.Changes,
        "config" => ConfigurationTypes.Database,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no type"),
    };

    [GeneratedRegex("""
        ^(EOF|unexpected EOF|invalid character '.{1,6}' (looking for beginning of (value|object key string)|after (object key(:value pair)?|array element)|in (string literal|string escape code|\\u hexadecimal character escape|numeric literal|exponent of numeric literal|literal (true|false|null) \(expecting '[a-z]'\))|after decimal point in numeric literal))\z
        """)]
    private static partial Regex Forms();
}
