using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>Reading and writing documents: statuses and error bodies of a real Sync Gateway 3.1.2.</summary>
public sealed class DocumentTests
{
    private const string First = "1-cd809becc169215072fd567eebd8b8de";

    [Test]
    public async Task A_created_document_answers_201_with_its_revision_and_its_quoted_tag()
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"bar"}""");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((201, $$"""{"id":"d1","ok":true,"rev":"{{First}}"}""")));
        Assert.That(answer.Headers.ETag!.ToString(), Is.EqualTo($"\"{First}\""));
        Assert.That(answer.Headers.Server.ToString(), Does.StartWith("Couchbase Sync Gateway/3.1.2"));
        Assert.That(answer.ContentHeaders.ContentType!.ToString(), Is.EqualTo("application/json"));
    }

    [Test]
    public async Task The_current_revision_can_be_updated_and_any_other_is_a_conflict()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"bar"}""");

        Assert.That((await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"baz"}""")).Error, Is.EqualTo((409, "conflict", "Document exists")));
        Assert.That((await emulated.Admin.PutAnswerAsync($"db/d1?rev={First}", """{"foo":"baz"}""")).Revision, Is.EqualTo("2-e2207ccef039c325baaed5ac1dda8f65"));
        Assert.That((await emulated.Admin.PutAnswerAsync($"db/d1?rev={First}", """{"x":1}""")).Error, Is.EqualTo((409, "conflict", "Document revision conflict")));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/none?rev=1-abc", "{}")).Error, Is.EqualTo((409, "conflict", "Document revision conflict")));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/d1", """{"_rev":"2-e2207ccef039c325baaed5ac1dda8f65"}""")).Revision, Does.StartWith("3-"));
    }

    [TestCase("\"{0}\"", 201)]
    [TestCase("{0}", 409, TestName = "An_If_Match_without_quotes_counts_as_none")]
    public async Task An_If_Match_names_the_revision_when_it_is_quoted(string header, int status)
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"bar"}""");

        var answer = await emulated.Admin.SendForAnswerAsync("PUT", "db/d1", """{"x":1}""", request =>
            request.Headers.TryAddWithoutValidation("If-Match", string.Format(System.Globalization.CultureInfo.InvariantCulture, header, First)));

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [TestCase("db/d1?rev=1-a", """{"_rev":"1-b"}""", 400, "Revision IDs provided do not match")]
    [TestCase("db/d1?rev=xyz", "{}", 400, "Invalid revision ID")]
    [TestCase("db/d1?rev=0-x", "{}", 400, "Invalid revision ID")]
    [TestCase("db/d1", """{"_id":"other"}""", 400, "The document ID provided in the body does not match the document ID in the path")]
    [TestCase("db/e", """{"_sync":{}}""", 400, "document-top level property '_sync' is a reserved internal property")]
    [TestCase("db/e", """{"_sync_a":1}""", 400, null)]
    [TestCase("db/e", """{"_purged":true}""", 400, null)]
    [TestCase("db/e", """{"_removed":true}""", 404, "Document revision is not accessible")]
    [TestCase("db/e", "", 400, "Bad JSON: EOF")]
    [TestCase("db/e", "{", 400, null)]
    [TestCase("db/e", "[1]", 400, null)]
    [TestCase("db/e", "null", 400, "Document body is empty")]
    [TestCase("db/e", """{"_exp":"soon"}""", 400, "Invalid expiry: soon")]
    [TestCase("db/e?new_edits=false", "{}", 400, "Bad _revisions")]
    [TestCase("db/e", """{"_attachments":{"a":{"stub":true}}}""", 400, "Missing digest in stub attachment \"a\"")]
    [TestCase("db/e", """{"_attachments":{"a":{}}}""", 400, "Missing data of attachment \"a\"")]
    [TestCase("db/50%25", "{}", 400, "Invalid doc ID")]
    [TestCase("db/_zzz", "{}", 404, "unknown URL")]
    public async Task An_invalid_document_is_rejected(string path, string body, int status, string? reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync(path, body);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(answer.Reason, reason is null ? Is.Not.Empty : Is.EqualTo(reason));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes")).Json["results"]!.AsArray(), Is.Empty);
    }

    [TestCase("""{"_foo":1}""")]
    [TestCase("""{"a":1} and more""")]
    public async Task Unknown_members_with_underscores_and_trailing_text_are_accepted(string body)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Admin.PutAnswerAsync("db/e", body)).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task An_unsupported_content_type_is_answered_415_and_an_unaccepted_one_406()
    {
        await using var emulated = await Emulated.StartAsync();

        var text = await emulated.Admin.SendForAnswerAsync("PUT", "db/e", "{}", request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"));
        var html = await emulated.Admin.SendForAnswerAsync("GET", "db/", null, request => request.Headers.Accept.ParseAdd("text/html"));

        Assert.That((text.Status, (string)text.Json["error"]!), Is.EqualTo((415, "Unsupported Media Type")));
        Assert.That(html.Error, Is.EqualTo((406, "Not Acceptable", "only application/json available")));
    }

    [Test]
    public async Task A_missing_and_a_deleted_document_have_different_reasons()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"bar"}""");
        var deleted = await emulated.Admin.DeleteAnswerAsync($"db/d1?rev={First}");

        Assert.That((deleted.Status, (bool)deleted.Json["ok"]!), Is.EqualTo((200, true)));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/nope")).Error, Is.EqualTo((404, "not_found", "missing")));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d1")).Error, Is.EqualTo((404, "not_found", "deleted")));
        Assert.That((await emulated.Admin.GetAnswerAsync($"db/d1?rev={deleted.Revision}")).Text, Is.EqualTo($$"""{"_deleted":true,"_id":"d1","_rev":"{{deleted.Revision}}"}"""));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d1?rev=1-unknown")).Error, Is.EqualTo((404, "not_found", "missing")));
    }

    [Test]
    public async Task Deleting_needs_the_revision_of_a_live_document_and_a_tombstone_is_revived_without_one()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"bar"}""");

        Assert.That((await emulated.Admin.DeleteAnswerAsync("db/d1")).Error, Is.EqualTo((409, "conflict", "Document exists")));
        await emulated.Admin.DeleteAnswerAsync($"db/d1?rev={First}");
        var revived = await emulated.Admin.PutAnswerAsync("db/d1", """{"a":1}""");

        Assert.That((revived.Status, revived.Revision[..2]), Is.EqualTo((201, "3-")));
    }

    [Test]
    public async Task A_post_creates_with_the_given_id_or_a_new_one()
    {
        await using var emulated = await Emulated.StartAsync();

        var given = await emulated.Admin.PostAnswerAsync("db/", """{"_id":"p1"}""");
        var made = await emulated.Admin.PostAnswerAsync("db/", """{"x":1}""");

        Assert.That((given.Status, (string)given.Json["id"]!, given.Headers.Location!.ToString()), Is.EqualTo((200, "p1", "p1")));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/" + (string)made.Json["id"]!)).Status, Is.EqualTo(200));
        Assert.That(
            (await emulated.Admin.PostAnswerAsync("db/", $$"""{"_id":"p1","_rev":"{{given.Revision}}"}""")).Error,
            Is.EqualTo((404, "not_found", "No previous revision to replace")));
    }

    [TestCase("AC%2FDC", "AC/DC")]
    [TestCase("a+b", "a+b")]
    [TestCase("a%2Bb", "a+b")]
    [TestCase("50%2525", "50%")]
    [TestCase("caf%C3%A9", "café")]
    [TestCase("person:1", "person:1")]
    public async Task An_id_is_unescaped_as_often_as_in_Sync_Gateway(string path, string id)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((string)(await emulated.Admin.PutAnswerAsync("db/" + path, "{}")).Json["id"]!, Is.EqualTo(id));
        Assert.That((string)(await emulated.Admin.GetAnswerAsync("db/" + path)).Json["_id"]!, Is.EqualTo(id));
    }

    [Test]
    public async Task An_id_has_at_most_250_bytes()
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Admin.PutAnswerAsync("db/" + new string('x', 250), "{}")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/" + new string('x', 251), "{}")).Error, Is.EqualTo((400, "Bad Request", "Invalid doc ID")));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/" + string.Concat(Enumerable.Repeat("%C3%A9", 126)), "{}")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_head_is_a_get_without_its_body()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d1", """{"foo":"bar"}""");

        var head = await emulated.Admin.SendForAnswerAsync("HEAD", "db/d1");

        Assert.That((head.Status, head.Text, head.Headers.ETag!.Tag), Is.EqualTo((200, "", $"\"{First}\"")));
        Assert.That(head.ContentHeaders, Is.Empty);
    }

    [Test]
    public async Task History_and_branches_can_be_requested()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/b?new_edits=false", """{"x":1,"_revisions":{"start":12,"ids":["abc","older"]}}""");

        var history = (await emulated.Admin.GetAnswerAsync("db/b?revs=true")).Json["_revisions"]!.ToJsonString();
        var branches = (await emulated.Admin.GetAnswerAsync("db/b?open_revs=[\"12-abc\",\"10-q\"]")).Text;

        Assert.That(history, Is.EqualTo("""{"ids":["abc","older"],"start":12}"""));
        Assert.That(branches, Is.EqualTo("[\n{\"ok\":{\"_id\":\"b\",\"_rev\":\"12-abc\",\"x\":1}}\n,{\"missing\":\"10-q\"}\n]"));
    }

    [Test]
    public async Task Long_responses_are_compressed_on_request_and_compressed_documents_are_accepted()
    {
        await using var emulated = await Emulated.StartAsync();
        using var zipping = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip }) { BaseAddress = emulated.Gateway.AdminUrl };
        var text = new string('x', 2_000);
        using var zipped = new MemoryStream();
        await using (var zip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            await zip.WriteAsync(Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""));
        }

        var written = await emulated.Admin.SendForAnswerAsync("PUT", "db/d", null, request =>
        {
            request.Content = new ByteArrayContent(zipped.ToArray());
            request.Content.Headers.ContentEncoding.Add("gzip");
        });

        var document = await zipping.GetAnswerAsync("db/d");
        using var raw = await emulated.Admin.SendAsync(new(HttpMethod.Get, "db/d") { Headers = { { "Accept-Encoding", "gzip" } } });
        Assert.That((written.Status, (string)document.Json["text"]!), Is.EqualTo((201, text)));
        Assert.That(raw.Content.Headers.ContentEncoding, Is.EqualTo(["gzip"]));
    }
}
