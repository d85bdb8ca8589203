namespace OfflineActions.Tests.Emulators;

/// <summary><c>meta=true</c> of an attachment: what Sync Gateway keeps about it, and where.</summary>
public sealed class AttachmentMetaTests
{
    private const string Json = "content-type: application/json";

    // The SHA-256 of the id "doc", in base64.
    private const string Key = "\"key\":\"_sync:att2:E51US4IbE+vqFPGw/hhXciLkFcKWbjo1EcQZYFUjIgI=:sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=\"";

    [TestCase("content_type", "text/plain", "{\"content_type\":\"text/plain\",\"digest\":\"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=\"," + Key + ",\"length\":5,\"revpos\":1,\"stub\":true,\"ver\":2}")]
    [TestCase("x", "y", "{\"digest\":\"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=\"," + Key + ",\"length\":5,\"revpos\":1,\"stub\":true,\"ver\":2}")]
    [TestCase("encoding", "gzip", "{\"digest\":\"sha1-qvTGHdzF6KLavt4PO0gs2a6pQ00=\",\"encoded_length\":5,\"encoding\":\"gzip\"," + Key + ",\"revpos\":1,\"stub\":true,\"ver\":2}")]
    public async Task The_description_of_an_attachment_has_its_key(string member, string value, string text)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/doc", "{\"_attachments\":{\"a\":{\"data\":\"aGVsbG8=\",\"" + member + "\":\"" + value + "\"}}}");

        var got = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/doc/a?meta=true\nRange: bytes=9-");
        var head = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "HEAD /db/doc/a?meta=true");
        var refused = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/doc/a?meta=true\nAccept: text/plain");

        Assert.That(got.ToString(), Is.EqualTo($"200\ncontent-length: {text.Length}\n{Json}\n\n{text}"));
        Assert.That(head.ToString(), Is.EqualTo("200\n\n\n"));
        Assert.That(refused.Status, Is.EqualTo(406));
    }

    [TestCase("meta=false", "hello")]
    [TestCase("meta=1", "hello")]
    [TestCase("meta=", "hello")]
    public async Task Any_other_value_asks_for_the_attachment(string query, string text)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/doc", """{"_attachments":{"a":{"data":"aGVsbG8="}}}""");

        Assert.That((await emulated.Admin.GetAnswerAsync("db/doc/a?" + query)).Text, Is.EqualTo(text));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/doc/b?meta=true")).Error, Is.EqualTo((404, "not_found", "missing attachment b")));
    }
}
