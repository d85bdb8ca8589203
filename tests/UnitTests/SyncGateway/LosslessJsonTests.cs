using System.Text;
using System.Text.Json;
using CsCheck;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class LosslessJsonTests
{
    [TestCase("2.50")]
    [TestCase("1.0")]
    [TestCase("-0")]
    [TestCase("-0.0")]
    [TestCase("1e400")]
    [TestCase("1E+2")]
    [TestCase("12345678901234567890")]
    [TestCase("0.1000000000000000055511151231257827")]
    public async Task A_number_keeps_its_spelling(string number)
    {
        var body = $$$"""{"top":{{{number}}},"list":[{{{number}}}],"deep":{"er":[{"n":{{{number}}},"m":0}]}}""";

        Assert.That(await WriteBackAsync(body), Is.EqualTo(body));
    }

    [TestCase("""{"a":"\ud800"}""", "{\"a\":\"\ufffd\"}")]
    [TestCase("""{"a":"\udc00\ud83d\ude00\ud83d"}""", "{\"a\":\"\ufffd😀\ufffd\"}")]
    [TestCase("""{"a":"\\ud800"}""", """{"a":"\\ud800"}""")]
    [TestCase("""{"\ud800":{"\uDFFF":1}}""", "{\"\ufffd\":{\"\ufffd\":1}}")]
    [TestCase("""{"a":"\ud83d\n\ude00\\\""}""", "{\"a\":\"\ufffd\\n\ufffd\\\\\\\"\"}")]
    public async Task Half_a_surrogate_pair_is_replaced(string body, string expected)
    {
        var written = await WriteBackAsync(body);

        using var actual = JsonDocument.Parse(written);
        using var wanted = JsonDocument.Parse(expected);
        Assert.That(Tokens(actual.RootElement), Is.EqualTo(Tokens(wanted.RootElement)));
    }

    [Test]
    public async Task Invalid_UTF8_is_replaced()
    {
        var written = await WriteBackAsync([.. "{\"a"u8, 0xff, .. "\":\"b"u8, 0xc3, .. "\"}"u8]);

        Assert.That(written, Is.EqualTo("{\"a\ufffd\":\"b\ufffd\"}"));
    }

    [TestCase("""{"a":1,"b":2,"a":3}""", """{"b":2,"a":3}""")]
    [TestCase("""{"o":{"a":1.0,"a":2.50}}""", """{"o":{"a":2.50}}""")]
    [TestCase("""{"o":[[{"a":{"b":1,"b":2},"a":{"c":1e400,"\u0063":-0}}]],"é":"<é>"}""", """{"o":[[{"a":{"c":-0}}]],"é":"<é>"}""")]
    [TestCase("""{"o":{"":1,"":2},"o":{"":3,"":4}}""", """{"o":{"":4}}""")]
    public async Task Of_a_name_that_occurs_twice_the_last_counts_at_every_depth(string body, string expected) =>
        Assert.That(await WriteBackAsync(body), Is.EqualTo(expected));

    [TestCase(511, true)]
    [TestCase(512, false)]
    public async Task A_deep_document_with_a_name_twice_is_read_up_to_the_same_depth(int depth, bool isReadable)
    {
        var open = string.Concat(Enumerable.Repeat("""{"a":1,"a":""", depth - 1));
        var body = $$$"""{"_id":"d","_rev":"1-a","deep":{{{open}}}{}{{{new string('}', depth - 1)}}}}""";
        await using var server = await ScriptedServer.AnsweringAsync(200, body);
        using var client = new TestClient(server.Url);

        Assert.That(
            await client.Client.ReadAsync("db", "d", CancellationToken.None),
            isReadable ? Is.TypeOf<ReadOutcome.Found>() : Is.TypeOf<ReadOutcome.Unreadable>());
    }

    [Test]
    public async Task Every_object_of_a_document_can_be_looked_into()
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, """{"_id":"d","_rev":"1-a","error":{"code":"x","code":"y"}}""");
        using var client = new TestClient(server.Url);

        var read = (ReadOutcome.Found)await client.Client.ReadAsync("db", "d", CancellationToken.None);

        Assert.That((string?)read.Document.Body["error"]!["code"], Is.EqualTo("y"));
    }

    [TestCase(100)]
    [TestCase(511)]
    public async Task A_nested_document_is_written_back_unchanged(int depth)
    {
        var body = $$"""{"a":{{new string('[', depth)}}{{new string(']', depth)}}}""";

        Assert.That(await WriteBackAsync(body), Is.EqualTo(body));
    }

    [TestCase(512, true)]
    [TestCase(513, false)]
    [TestCase(9_000, false)]
    public async Task A_document_above_the_depth_limit_is_unreadable(int depth, bool isReadable)
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, Deep.Document("d", depth));
        using var client = new TestClient(server.Url);

        Assert.That(
            await client.Client.ReadAsync("db", "d", CancellationToken.None),
            isReadable
                ? Is.TypeOf<ReadOutcome.Found>()
                : Is.EqualTo(new ReadOutcome.Unreadable(
                    "The document is nested deeper than 512 levels", new DocumentState("d", "1-a", "person_request"))));
    }

    [Test]
    public async Task A_document_is_written_back_as_the_same_json()
    {
        var body = "";
        byte[] received = [];
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (context.Request.Method is "GET")
            {
                await ScriptedServer.AnswerAsync(context, 200, WithIdentity(body));
                return;
            }

            await ScriptedServer.AnswerAsync(context, 201, """{"rev":"2-b"}""");
        });
        using var client = new TestClient(server.Url);

        await RandomJson.Objects.SampleAsync(
            async json =>
            {
                body = json;
                var read = (ReadOutcome.Found)await client.Client.ReadAsync("db", "d", CancellationToken.None);
                await client.Client.WriteAsync("db", read.Document, CancellationToken.None);
                received = server.Requests[^1].Body;

                using var before = JsonDocument.Parse(json);
                using var after = JsonDocument.Parse(received);
                return Tokens(after.RootElement) == Tokens(before.RootElement);
            },
            iter: 500,
            threads: 1,
            print: json => json);
    }

    private static string WithIdentity(string json) =>
        json is "{}" ? """{"_id":"d","_rev":"1-a"}""" : $$"""{"_id":"d","_rev":"1-a",{{json[1..]}}""";

    /// <summary>A JSON value in one spelling: names sorted, numbers as they are written.</summary>
    private static string Tokens(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(",", json.EnumerateObject()
            .OrderBy(property => property.Name, StringComparer.Ordinal)
            .Select(property => $"{JsonSerializer.Serialize(property.Name)}:{Tokens(property.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(",", json.EnumerateArray().Select(Tokens))}]",
        JsonValueKind.String => JsonSerializer.Serialize(json.GetString()),
        _ => json.GetRawText(),
    };

    private static Task<string> WriteBackAsync(string body) => WriteBackAsync(Encoding.UTF8.GetBytes(body));

    private static async Task<string> WriteBackAsync(byte[] body)
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = 200;
            await context.Response.Body.WriteAsync((byte[])[.. """{"_id":"d","_rev":"1-a",  "rev":"2-b","""u8, .. body.AsSpan(1)]);
        });
        using var client = new TestClient(server.Url);

        var read = (ReadOutcome.Found)await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync(
            "db", read.Document with { Body = read.Document.Body.Without("rev") }, CancellationToken.None);

        Assert.That(written, Is.EqualTo(new WriteOutcome.Written("2-b")));
        return Encoding.UTF8.GetString(server.Requests[^1].Body);
    }
}
