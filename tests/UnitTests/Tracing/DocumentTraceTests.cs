using System.Text;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.Tracing;

/// <summary>
/// The trace in a document, as the gateway reads it from a webhook and from the feed, and as the worker reads it. Whatever an app writes
/// there, its request is a request.
/// </summary>
public sealed class DocumentTraceTests
{
    private const string Valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [TestCase($"\"traceparent\":\"{Valid}\"")]
    [TestCase("\"traceparent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\\u0031\"")]
    [TestCase("\"trac\\u0065parent\":\"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"")]
    [TestCase($"\"x\":{{\"traceparent\":7}},\"traceparent\":\"{Valid}\"")]
    public void A_valid_one_is_read(string member) =>
        Assert.That(ReadEverywhere(member), Has.All.EqualTo(Valid));

    [TestCase("\"a\":1")]
    [TestCase("\"traceparent\":null")]
    [TestCase("\"traceparent\":7")]
    [TestCase("\"traceparent\":true")]
    [TestCase("\"traceparent\":{}")]
    [TestCase($"\"traceparent\":[\"{Valid}\"]")]
    [TestCase("\"traceparent\":\"\"")]
    [TestCase($"\"traceparent\":\"{Valid}0\"")]
    [TestCase($"\"Traceparent\":\"{Valid}\"")]
    [TestCase("\"traceparent\":\"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"")]
    [TestCase("\"traceparent\":\"00-00000000000000000000000000000000-00f067aa0ba902b7-01\"")]
    [TestCase("\"traceparent\":\"\\ud800\"")]
    [TestCase("\"traceparent\":\"x\\r\\ninfo: Gateway[1] forged\"")]
    [TestCase($"\"traceparent\":\"{Valid}\",\"traceparent\":\"{Valid}\"")]
    [TestCase($"\"traceparent\":\"{Valid}\",\"traceparent\":7")]
    [TestCase($"\"traceparent\":7,\"trac\\u0065parent\":\"{Valid}\"")]
    [TestCase($"\"x\":{{\"traceparent\":\"{Valid}\"}}")]
    public void Anything_else_is_ignored(string member) => Assert.That(ReadEverywhere(member), Has.All.Null);

    [Test]
    public void A_huge_text_is_ignored() =>
        Assert.That(
            ReadEverywhere($"\"traceparent\":\"{Valid}{new string('0', 900_000)}\",\"requestedAt\":\"{new string('0', 50_000)}\""),
            Has.All.Null);

    [TestCase("\"2026-01-31T08:00:00.123Z\"", "2026-01-31T08:00:00.123Z")]
    [TestCase("\"yesterday\"", "yesterday")]
    [TestCase("7", null)]
    [TestCase("null", null)]
    public void The_time_of_writing_is_read_as_it_is_written(string json, string? expected)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"_id":"d","_rev":"1-a","requestedAt":{{json}} }""");

        Assert.That(DocumentState.Read(body, Document.MaxDepth).RequestedAt, Is.EqualTo(expected));
    }

    private static string?[] ReadEverywhere(string member)
    {
        byte[] Body() => Encoding.UTF8.GetBytes($$"""{"_id":"d",{{member}},"_rev":"1-a","action":"person_request"}""");

        Assert.That(ChangedDocument.TryRead(Body(), out var changed, out var error), Is.True, error);
        Assert.That(changed!.Request, Is.EqualTo("person_request"));
        var document = new Document("d", "1-a", RawObject.TryParse(Body())!.Without("_id", "_rev"));
        return
        [
            changed.Origin?.Trace?.ToString(),
            DocumentState.Read(Body(), Document.MaxDepth).Trace?.ToString(),
            document.Trace?.ToString(),
            (document with { Body = document.Body.With("action", "person_success") }).Trace?.ToString(),
        ];
    }
}
