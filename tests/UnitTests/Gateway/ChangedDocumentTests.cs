using System.Text;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.Gateway;

public sealed class ChangedDocumentTests
{
    [Test]
    public void An_action_that_ends_in_request_is_a_request()
    {
        Assert.That(Read("""{"action":"person_request","_id":"a/b","_rev":"1-a"}""").Request, Is.EqualTo("person_request"));
    }

    [TestCase("""{"action":"person_success","_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":"request","_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":"PERSON_REQUEST","_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":7,"_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":["person_request"],"_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"nested":{"action":"person_request"},"_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"_id":"a","_rev":"2-b"}""")]
    [TestCase("""{"action":"person_request","_id":"a","_rev":"2-b","_deleted":true}""")]
    public void Any_other_document_is_no_request(string body) =>
        Assert.That(Read(body).Request, Is.Null);

    [TestCase("", "JSON")]
    [TestCase("{", "JSON")]
    [TestCase("{'_id':1}", "JSON")]
    [TestCase("[]", "an array")]
    [TestCase("null", "null")]
    [TestCase("\"text\"", "a string")]
    [TestCase("{}", "_id")]
    [TestCase("""{"_id":7,"_rev":"1-a"}""", "_id")]
    [TestCase("""{"_id":"","_rev":"1-a"}""", "_id")]
    [TestCase("""{"_id":"_design/x","_rev":"1-a"}""", "underscore")]
    [TestCase("""{"_id":"a"}""", "_rev")]
    [TestCase("""{"_id":"a","_rev":1}""", "_rev")]
    [TestCase("""{"_id":"a","_rev":"abc"}""", "_rev")]
    [TestCase("""{"_id":"a","_rev":"0-x"}""", "_rev")]
    [TestCase("""{"_id":"a","_rev":"1-a\n2"}""", "_rev")]
    public void A_body_that_is_no_document_is_refused_with_the_reason(string body, string named)
    {
        var read = ChangedDocument.TryRead(Encoding.UTF8.GetBytes(body), out _, out var error);

        Assert.That(read, Is.False);
        Assert.That(error, Does.Contain(named));
    }

    [Test]
    public void A_document_at_the_depth_limit_is_read() =>
        Assert.That(Read(Deep.Document("a", Document.MaxDepth)).Request, Is.EqualTo("person_request"));

    [TestCase(513)]
    [TestCase(100_000)]
    public void A_document_above_the_depth_limit_is_refused(int depth)
    {
        Assert.That(ChangedDocument.TryRead(Encoding.UTF8.GetBytes(Deep.Document("a", depth)), out _, out var error), Is.False);
        Assert.That(error, Is.EqualTo("The document is nested deeper than 512 levels."));
    }

    [Test]
    public void An_id_of_more_than_250_bytes_is_refused() =>
        Assert.That(
            ChangedDocument.TryRead(Encoding.UTF8.GetBytes($$"""{"_id":"{{new string('é', 126)}}","_rev":"1-a"}"""), out _, out _),
            Is.False);

    private static ChangedDocument Read(string body) =>
        ChangedDocument.TryRead(Encoding.UTF8.GetBytes(body), out var document, out var error)
            ? document
            : throw new AssertionException(error);
}
