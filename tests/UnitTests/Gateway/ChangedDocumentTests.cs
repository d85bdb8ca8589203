using System.Text;
using System.Text.Json;
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

    [TestCaseSource(typeof(OddIds), nameof(OddIds.All))]
    public void A_request_of_a_document_with_an_odd_id_is_read(string id) =>
        Assert.That(
            Read($$"""{"action":"person_request","_id":{{JsonSerializer.Serialize(id)}},"_rev":"1-a"}"""),
            Is.EqualTo(new ChangedDocument(id, "1-a", "person_request")));

    /// <summary>The byte 0xFF, which is in no UTF-8, and half of a surrogate pair, which is in no Unicode text.</summary>
    [TestCase("X", """{"action":"X_request","_id":"a","_rev":"1-a"}""", "a", "\ufffd_request")]
    [TestCase("X", """{"action":"person_request","_id":"aX","_rev":"1-a"}""", "a\ufffd", "person_request")]
    [TestCase("X", """{"action":"person_request","_id":"a","_rev":"1-a","X":{"X":["X"]}}""", "a", "person_request")]
    [TestCase("X", """{"X":7,"actionX":"foo_request","action":"person_request","_id":"a","_rev":"1-a"}""", "a", "person_request")]
    public void Text_that_is_not_Unicode_is_read_as_Sync_Gateway_reads_it(string mark, string body, string id, string request)
    {
        foreach (var damage in new byte[][] { [0xFF], [0xED, 0xA0, 0x80], Encoding.ASCII.GetBytes("\\ud800"), Encoding.ASCII.GetBytes("\\uDC00") })
        {
            var read = ChangedDocument.TryRead(Damage(body, mark, damage), out var document, out var error);

            Assert.That(read, Is.True, error);
            Assert.That(document!.Id.Replace("\ufffd\ufffd\ufffd", "\ufffd"), Is.EqualTo(id));
            Assert.That(document.Request!.Replace("\ufffd\ufffd\ufffd", "\ufffd"), Is.EqualTo(request));
        }
    }

    [TestCase("X", "JSON")]
    [TestCase("\"X\"", "a string")]
    [TestCase("[\"X\"]", "an array")]
    [TestCase("""{"_id":"a","_rev":"1-a"}X""", "JSON")]
    [TestCase("""{X:"a"}""", "JSON")]
    [TestCase("""{"_id":["X"],"_rev":"1-a"}""", "_id")]
    [TestCase("""{"_id":"a","_rev":"X-a"}""", "_rev")]
    public void A_body_that_is_no_document_and_not_Unicode_is_refused_with_the_reason(string body, string named)
    {
        foreach (var damage in new byte[][] { [0xFF], Encoding.ASCII.GetBytes("\\ud800") })
        {
            Assert.That(ChangedDocument.TryRead(Damage(body, "X", damage), out _, out var error), Is.False);
            Assert.That(error, Does.Contain(named));
        }
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
    [TestCase("""{"_id":"a","_rev":"1-a\n"}""", "_rev")]
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

    private static byte[] Damage(string body, string mark, byte[] damage) =>
        [.. body.Split(mark).SelectMany((part, index) => index == 0 ? Encoding.UTF8.GetBytes(part) : [.. damage, .. Encoding.UTF8.GetBytes(part)])];

    private static ChangedDocument Read(string body) =>
        ChangedDocument.TryRead(Encoding.UTF8.GetBytes(body), out var document, out var error)
            ? document
            : throw new AssertionException(error);
}
