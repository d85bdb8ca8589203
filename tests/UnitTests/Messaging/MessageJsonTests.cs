using System.Text;
using OfflineActions.Contracts;
using OfflineActions.Messaging;

namespace OfflineActions.Tests.Messaging;

public sealed class MessageJsonTests
{
    private const string Bare = """{"keyspace":"db","documentId":"a","revision":"1-a","requestedAt":"2026-01-01T00:00:00Z"}""";

    private static readonly ActionContract Action = ActionCatalog.Default.Actions[0];

    [TestCase(Bare)]
    [TestCase($$$"""{"messageId":"x","messageType":["urn:message:Contracts:PersonRequested"],"message":{{{Bare}}},"headers":{}}""")]
    public void A_message_is_read_bare_and_in_an_envelope(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);

        Assert.That(MessageJson.Read(Action, bytes), Is.EqualTo(Action.CreateMessage("db", "a", "1-a", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        Assert.That(MessageJson.Explain(Action, bytes), Is.Null);
    }

    [TestCase("", "empty")]
    [TestCase("null", "null")]
    [TestCase("7", "JSON")]
    [TestCase("{", "JSON")]
    [TestCase("""{"message":{}}""", "keyspace")]
    [TestCase("""{"messageType":[],"message":7}""", "JSON")]
    public void What_is_no_message_is_explained(string body, string named)
    {
        var bytes = Encoding.UTF8.GetBytes(body);

        Assert.That(MessageJson.Read(Action, bytes), Is.Null);
        Assert.That(MessageJson.Explain(Action, bytes), Does.Contain(named).And.Contain("requestedAt"));
    }

    [TestCase("""{"message\ud800":1}""")]
    [TestCase("""{"messageType":[],"message\ud800":1}""")]
    [TestCase("""{"messageType":[],"message":{"keyspace":"\ud800"}}""")]
    public void Half_of_a_surrogate_pair_is_explained(string body) =>
        Assert.That(MessageJson.Explain(Action, Encoding.UTF8.GetBytes(body)), Does.Contain("requestedAt"));

    [Test]
    public void A_reason_fits_into_a_header_however_long_a_name_is() =>
        Assert.That(MessageJson.Explain(Action, Encoding.UTF8.GetBytes($"{{\"{new string('x', 200_000)}\":tru}}")), Has.Length.LessThanOrEqualTo(500));

    [Test]
    public void A_bare_message_beside_an_envelope_is_the_one_that_counts()
    {
        var body = Bare[..^1] + ""","messageType":[],"message":{"keyspace":"db","documentId":"b","revision":"1-b","requestedAt":"2026-01-01T00:00:00Z"},}""";

        Assert.That(MessageJson.Read(Action, Encoding.UTF8.GetBytes(body))?.DocumentId, Is.EqualTo("a"));
    }

    [Test]
    public void Bytes_that_are_no_text_are_explained_in_an_envelope()
    {
        byte[] body = [.. "{\"messageType\":[],\"message\":{\"keyspace\":\""u8, 0xFF, .. "\"}}"u8];

        Assert.That(MessageJson.Explain(Action, body), Is.Not.Null);
        Assert.That(MessageJson.Read(Action, body), Is.Null);
    }

    [Test]
    public void Bytes_that_are_no_text_are_explained() =>
        Assert.That(MessageJson.Explain(Action, [(byte)'{', (byte)'"', 0xFF, 0xFE, (byte)'"', (byte)':', (byte)'1', (byte)'}']), Is.Not.Null);
}
