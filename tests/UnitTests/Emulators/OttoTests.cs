using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Jint.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Tests.Emulators;

/// <summary>
/// The JavaScript of filters. Each line of <c>otto.jsonl</c> is the source of a filter, what became of it in otto with Sync Gateway's own
/// functions (<c>OK</c>, <c>THROW</c>, or <c>REFUSED</c> before it ran), its result or error, and what it wrote to the log.
/// </summary>
public sealed class OttoTests
{
    private const string Document =
        """{"_id":"d","a":[1,"b",null],"big":12345678901234567890,"f":1.5,"n":1,"o":{"k":true},"s":"x","z":null}""";

    [Test]
    public void Filters_do_what_they_do_in_otto()
    {
        var differences = new List<string>();
        foreach (var line in File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Emulators", "otto.jsonl")))
        {
            var row = JsonNode.Parse(line)!.AsArray();
            var log = new FakeLogger();
            var (kind, result) = Run((string)row[0]!, log);
            var written = log.Collector.GetSnapshot().Select(one => $"{(one.Level == LogLevel.Error ? "error" : "log")}|{one.Message.Split(": ", 2)[1]}");
            if (kind != (string)row[1]! || !IsSame(kind, result, row[2]) || !written.SequenceEqual(row[3]!.AsArray().Select(one => (string)one!)))
            {
                differences.Add($"{line}\n    {kind} {result} {string.Join(',', written)}");
            }
        }

        Assert.That(string.Join('\n', differences), Is.Empty);
    }

    private static (string Kind, string Result) Run(string source, ILogger log)
    {
        Script script;
        try
        {
            script = new Script(source, ScriptUse.Filter, log).Checked();
        }
        catch (InvalidOperationException error)
        {
            return ("REFUSED", error.Message);
        }

        try
        {
            return ("OK", script.Run(engine => ToJson(engine.Call(engine.Parse(Encoding.UTF8.GetBytes(Document)), JsValue.Null))));
        }
        catch (InvalidOperationException error)
        {
            return ("THROW", error.Message);
        }
    }

    private static string ToJson(JsValue value) => JsonSerializer.Serialize(value.ToObject());

    /// <summary>Of errors, only the kind counts: the words are otto's own.</summary>
    private static bool IsSame(string kind, string result, JsonNode? expected) => kind switch
    {
        "OK" => JsonNode.DeepEquals(JsonNode.Parse(result), expected),
        "THROW" => result.Split(':')[0] == ((string)expected!).Split(':')[0],
        _ => true,
    };
}
