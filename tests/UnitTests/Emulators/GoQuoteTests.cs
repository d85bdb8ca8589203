using System.Security.Cryptography;
using System.Text;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Tests.Emulators;

/// <summary>Names in messages are written as Go's <c>%q</c> writes them: what <c>strconv.Quote</c> of Go 1.19 printed.</summary>
public sealed class GoQuoteTests
{
    private const string Ugly = "a\u0000\u0007\u001b\u007f\"\\'<&>\u00a0\u200b\ufffd\U0001F600\U000E0001";
    private const string UglyInJson = "\"a\\u0000\\u0007\\u001b\u007f\\\"\\\\'<&>\u00a0\u200b\ufffd\U0001F600\U000E0001\"";
    private const string UglyInGo = "\"a\\x00\\a\\x1b\\x7f\\\"\\\\'<&>\\u00a0\\u200b\ufffd\U0001F600\\U000e0001\"";

    [TestCase("", "\"\"")]
    [TestCase(Ugly, UglyInGo)]
    [TestCase("\b\f\n\r\t\v", "\"\\b\\f\\n\\r\\t\\v\"")]
    [TestCase("\u0378\u0300\u2028\ufeff\ue000", "\"\\u0378\u0300\\u2028\\ufeff\\ue000\"")]
    [TestCase("\U0010FFFF", "\"\\U0010ffff\"")]
    public void A_name_is_quoted_as_Go_printed_it(string text, string quoted) => Assert.That(GoText.Quote(text), Is.EqualTo(quoted));

    [Test]
    public void Bytes_that_are_not_text_are_quoted_one_by_one() =>
        Assert.That(GoText.Quote(ByteText.FromBytes([0xFF, 0xC3, (byte)'(', 0xED, 0xA0, 0x80])), Is.EqualTo("\"\\xff\\xc3(\\xed\\xa0\\x80\""));

    /// <summary>The SHA-256 of all quoted characters, one after the other, which Go printed.</summary>
    [Test]
    public void Every_character_is_quoted_as_in_Go()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var code in Enumerable.Range(0, 0x110000).Where(Rune.IsValid))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(GoText.Quote(new Rune(code).ToString())));
        }

        Assert.That(Convert.ToHexStringLower(hash.GetHashAndReset()), Is.EqualTo("b026025acc3ad97670d9a94713f3e689a29309c32e1fbad44f2fc3616667566c"));
    }

    [Test]
    public async Task Ids_of_a_difference_are_quoted_by_Go_and_not_as_JSON()
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "POST /db/_revs_diff", "{" + UglyInJson + ":[\"1-a\"]}");

        Assert.That(answer.Text, Is.EqualTo("{" + UglyInGo + ":{\"missing\":[\"1-a\"]}\n}"));
    }

    [Test]
    public async Task Names_in_messages_are_quoted_by_Go()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Attached = "{\"_attachments\":{" + UglyInJson + ":{}}}";
        const string Stub = "{\"_attachments\":{" + UglyInJson + ":{\"stub\":true}}}";
        const string Options = "{\"event_handlers\":{\"document_changed\":[{\"handler\":\"webhook\",\"options\":{" + UglyInJson + ":1}}]}}";
        (string Method, string Path, string? Body, int Status, string Reason)[] expected =
        [
            ("PUT", "db/d", Attached, 400, $"Missing data of attachment {UglyInGo}"),
            ("PUT", "db/d", Stub, 400, $"Missing digest in stub attachment {UglyInGo}"),
            ("POST", "db/_session", """{"name":"a\u0000<\u007f"}""", 404, "No such user \"a\\x00<\\x7f\""),
            ("GET", "a%2500%257F%25FF/d", null, 400, "invalid database name \"a\\x00\\x7f\\xff\""),
            ("PUT", "new/", Options, 500, $"couldn't load database: unknown option {UglyInGo} found for event type \"DocumentChange\""),
            ("GET", "a.b.c.d%2522/d", null, 500, "Internal error: unknown keyspace format: \"a.b.c.d\\\"\" - expected 1-3 fields"),
            ("GET", "a..c%257F/d", null, 500, "Internal error: keyspace fields cannot be empty: \"a..c\\x7f\""),
        ];
        foreach (var (method, path, body, status, reason) in expected)
        {
            Assert.That((await emulated.Admin.SendForAnswerAsync(method, path, body)).Error, Is.EqualTo((status, ErrorOf(status), reason)), path);
        }

        static string ErrorOf(int status) => status switch { 404 => "not_found", 500 => "Internal Server Error", _ => "Bad Request" };
    }

    /// <summary>A keyspace that cannot be read is an error before anybody logs in.</summary>
    [TestCase("GET /a.b.c.d/x", "unknown keyspace format: \\\"a.b.c.d\\\" - expected 1-3 fields")]
    [TestCase("GET /.b/x", "keyspace fields cannot be empty: \\\".b\\\"")]
    [TestCase("GET /b./x", "keyspace fields cannot be empty: \\\"b.\\\"")]
    [TestCase("GET /db..c/_changes", "keyspace fields cannot be empty: \\\"db..c\\\"")]
    public async Task A_keyspace_has_one_to_three_names(string request, string reason)
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, request);

        var text = $$"""{"error":"Internal Server Error","reason":"Internal error: {{reason}}"}""";
        Assert.That(answer.ToString(), Is.EqualTo($"500\ncontent-length: {text.Length}\ncontent-type: application/json\n\n{text}"));
    }

    [Test]
    public async Task The_name_of_an_attachment_in_parts_is_quoted_by_Go()
    {
        await using var emulated = await Emulated.StartAsync();
        var data = Convert.ToBase64String(new byte[300]);
        await emulated.Admin.PutAnswerAsync("db/d", "{\"_attachments\":{" + UglyInJson + ":{\"data\":\"" + data + "\"}}}");

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/d?attachments=true");

        Assert.That(answer.Text, Does.Contain($"\r\nContent-Disposition: attachment; filename={UglyInGo}\r\n"));
    }
}
