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

    [Test]
    public void Bytes_that_are_no_text_are_explained() =>
        Assert.That(MessageJson.Explain(Action, [(byte)'{', (byte)'"', 0xFF, 0xFE, (byte)'"', (byte)':', (byte)'1', (byte)'}']), Is.Not.Null);
}
