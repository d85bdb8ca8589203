using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Attachments;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>Reading attachments: from the emulated Sync Gateway, and from one that breaks off.</summary>
public sealed class AttachmentTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];

    private static readonly string Digest = AttachedFile.DigestOf(Content);

    [TestCase("document", "a.png")]
    [TestCase("a/b", "50%.png")]
    [TestCase("/begins with a slash", "a b+c.png")]
    [TestCase("50%", "é#?&.png")]
    [TestCase("%2F", "%2F")]
    public async Task An_attachment_is_read_whatever_the_names_are(string id, string name)
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TestClient(emulated.Gateway.PublicUrl);
        var document = await PutAsync(emulated, client, id, name);

        var attachment = Attachment.ReadAll(document.Body[Attachment.Input]).Single();
        var outcome = await client.Client.OpenAttachmentAsync("db", id, document.Revision, attachment, CancellationToken.None);

        Assert.That((attachment.Name, attachment.Length, attachment.Digest), Is.EqualTo((name, (long)Content.Length, Digest)));
        Assert.That(await ReadAsync(outcome), Is.EqualTo(Content));
    }

    [TestCase("document", "other.png", "1-a")]
    [TestCase("document", "a.png", "9-abc")]
    [TestCase("nobody", "a.png", "1-a")]
    public async Task What_is_gone_is_missing(string id, string name, string revision)
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TestClient(emulated.Gateway.PublicUrl);
        var document = await PutAsync(emulated, client, "document", "a.png");

        var outcome = await client.Client.OpenAttachmentAsync(
            "db", id, revision == "1-a" ? document.Revision : revision, new Attachment(name, null, 1, Digest), CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<AttachmentOutcome.Missing>());
    }

    /// <summary>Sync Gateway redirects such URLs, or answers with something else. To wait would be to wait for ever.</summary>
    [Test]
    public async Task A_name_that_no_url_can_hold_is_missing(
        [Values("document", "a/b")] string id, [Values("", ".", "..", "../_all_docs", "a/../../b", "\n\0X: y")] string name)
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TestClient(emulated.Gateway.PublicUrl);
        var document = await PutAsync(emulated, client, id, "a.png");

        var outcome = await client.Client.OpenAttachmentAsync(
            "db", id, document.Revision, new Attachment(name, null, Content.Length, Digest), CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<AttachmentOutcome.Missing>());
    }

    [Test]
    public async Task Another_content_than_the_digest_says_is_a_change()
    {
        await using var emulated = await Emulated.StartAsync();
        using var client = new TestClient(emulated.Gateway.PublicUrl);
        var document = await PutAsync(emulated, client, "document", "a.png");

        var attachment = Attachment.ReadAll(document.Body[Attachment.Input]).Single() with { Digest = "sha1-AAAA" };
        var outcome = await client.Client.OpenAttachmentAsync("db", "document", document.Revision, attachment, CancellationToken.None);

        Assert.That(() => ReadAsync(outcome), Throws.TypeOf<AttachmentChangedException>());
    }

    [TestCase(401)]
    [TestCase(503)]
    [TestCase(302)]
    public async Task An_answer_without_it_is_the_trouble_of_Sync_Gateway(int status)
    {
        await using var server = await ScriptedServer.StartAsync(http => ScriptedServer.AnswerAsync(http, status, "{}"));
        using var client = new TestClient(server.Url);

        Assert.That(await OpenAsync(client), Is.InstanceOf<AttachmentOutcome.Unavailable>());
    }

    /// <summary>For example because of the name, which an app user chose: to wait would be to wait for ever.</summary>
    [TestCase(400)]
    [TestCase(404)]
    [TestCase(414)]
    public async Task A_refusal_is_left_to_the_next_read_of_the_document(int status)
    {
        await using var server = await ScriptedServer.StartAsync(http => ScriptedServer.AnswerAsync(http, status, "{}"));
        using var client = new TestClient(server.Url);

        Assert.That(await OpenAsync(client), Is.InstanceOf<AttachmentOutcome.Missing>());
    }

    [Test]
    public async Task A_content_that_breaks_off_is_the_trouble_of_Sync_Gateway()
    {
        var isOpen = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            http.Response.ContentLength = Content.Length;
            await http.Response.Body.WriteAsync(Content.AsMemory(0, 1_000));
            await http.Response.Body.FlushAsync();
            await isOpen.Task;
            http.Abort();
        });
        using var client = new TestClient(server.Url);

        var outcome = await OpenAsync(client);
        isOpen.SetResult();

        Assert.That(() => ReadAsync(outcome), Throws.TypeOf<SyncGatewayUnavailableException>());
    }

    [Test]
    public async Task A_content_that_does_not_end_in_time_is_the_trouble_of_Sync_Gateway()
    {
        await using var server = await ScriptedServer.StartAsync(async http =>
        {
            await http.Response.Body.WriteAsync(Content.AsMemory(0, 1_000));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        using var client = new TestClient(server.Url, null, ("Timeout", "00:00:00.500"));

        var outcome = await OpenAsync(client);

        Assert.That(() => ReadAsync(outcome), Throws.TypeOf<SyncGatewayUnavailableException>().With.Message.Contains("SyncGateway:Timeout"));
    }

    private static Task<AttachmentOutcome> OpenAsync(TestClient client) => client.Client.OpenAttachmentAsync(
        "db", "document", "1-a", new Attachment("a.png", null, Content.Length, Digest), CancellationToken.None);

    private static async Task<byte[]> ReadAsync(AttachmentOutcome outcome)
    {
        Assert.That(outcome, Is.InstanceOf<AttachmentOutcome.Opened>());
        await using var content = ((AttachmentOutcome.Opened)outcome).Content;
        var all = new MemoryStream();
        await content.CopyToAsync(all);
        return all.ToArray();
    }

    private static async Task<Document> PutAsync(Emulated emulated, TestClient client, string id, string name)
    {
        var document = new JsonObject
        {
            ["_id"] = id,
            ["_attachments"] = new JsonObject
            {
                [name] = new JsonObject { ["content_type"] = "image/png", ["data"] = Convert.ToBase64String(Content) },
            },
        };
        using var body = new StringContent(
            new JsonObject { ["docs"] = new JsonArray(document) }.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await emulated.Public.PostAsync(new Uri("db/_bulk_docs", UriKind.Relative), body);
        Assert.That(answer.IsSuccessStatusCode, Is.True);
        return ((ReadOutcome.Found)await client.Client.ReadAsync("db", id, CancellationToken.None)).Document;
    }
}
