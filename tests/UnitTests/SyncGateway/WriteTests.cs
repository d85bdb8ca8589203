using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.SyncGateway;

public sealed class WriteTests
{
    [TestCase(201, """{"id":"d","ok":true,"rev":"2-b"}""")]
    [TestCase(200, """{"id":"d","ok":true,"rev":"2-b"}""")]
    [TestCase(201, """{"cv":"18@c3Jj","id":"d","ok":true,"rev":"2-b"}""")]
    public async Task A_write_returns_its_revision(int status, string body) =>
        Assert.That(await WriteAsync(status, body), Is.EqualTo(new WriteOutcome.Written("2-b")));

    [Test]
    public async Task A_write_names_its_parent_and_sends_only_the_body()
    {
        await using var server = await ScriptedServer.AnsweringAsync(201, """{"id":"d","ok":true,"rev":"2-b"}""");
        using var client = new TestClient(server.Url);

        await client.Client.WriteAsync("db", Document("""{"_attachments":{"a":{"stub":true}},"_exp":"2030-01-01T00:00:00Z","n":"é"}"""), default);

        var request = server.Requests.Single();
        Assert.That((request.Method, request.Target, request.ContentType), Is.EqualTo(("PUT", "/db/d?rev=1-a", "application/json")));
        Assert.That(
            Encoding.UTF8.GetString(request.Body),
            Is.EqualTo("""{"_attachments":{"a":{"stub":true}},"_exp":"2030-01-01T00:00:00Z","n":"é"}"""));
        Assert.That(request.Headers.ContentLength, Is.EqualTo(request.Body.Length));
    }

    [TestCase("18@c3Jj+a=", "18%40c3Jj%2Ba%3D")]
    [TestCase("1-a/b", "1-a/b")]
    public async Task An_unusual_revision_is_escaped_so_that_Sync_Gateway_reads_it_unchanged(string revision, string query)
    {
        await using var server = await ScriptedServer.AnsweringAsync(201, """{"id":"d","ok":true,"rev":"2-b"}""");
        using var client = new TestClient(server.Url);

        await client.Client.WriteAsync("db", new Document("50%", revision, RawObject.Empty), CancellationToken.None);

        Assert.That(server.Requests.Single().Target, Is.EqualTo("/db/50%2525?rev=" + query));
    }

    [Test]
    public async Task A_stale_revision_is_a_conflict() =>
        Assert.That(
            await WriteAsync(409, """{"error":"conflict","reason":"Document revision conflict"}"""),
            Is.EqualTo(new WriteOutcome.Conflict("Document revision conflict")));

    [TestCase(400, "Invalid revision ID")]
    [TestCase(403, "sg missing channel access")]
    [TestCase(404, "Document revision is not accessible")]
    [TestCase(405, "x")]
    [TestCase(412, "x")]
    [TestCase(413, "Document too large!")]
    [TestCase(415, "Invalid content type")]
    public async Task A_refused_write_has_the_status_and_the_reason(int status, string reason) =>
        Assert.That(
            await WriteAsync(status, $$"""{"error":"x","reason":"{{reason}}"}"""),
            Is.EqualTo(new WriteOutcome.Refused(status, reason)));

    [Test]
    public async Task A_refusal_without_json_has_its_status() =>
        Assert.That(
            await WriteAsync(413, "<html>too large</html>"),
            Is.EqualTo(new WriteOutcome.Refused(413, "no reason given with the status 413")));

    [TestCase(401, """{"error":"Unauthorized","reason":"Login required"}""", "Login required")]
    [TestCase(404, """{"error":"not_found","reason":"no such database \"db\""}""", "no such database")]
    [TestCase(404, """{"error":"not_found","reason":"keyspace db not found"}""", "keyspace db not found")]
    [TestCase(404, """{"error":"not_found","reason":"unknown URL"}""", "unknown URL")]
    [TestCase(404, "<html></html>", "keyspace db")]
    [TestCase(301, "", "SyncGateway:Url")]
    [TestCase(302, "", "SyncGateway:Url")]
    public async Task A_wrong_address_or_user_is_unavailable_with_the_reason(int status, string body, string reason) =>
        Assert.That(Expect<WriteOutcome.Unavailable>(await WriteAsync(status, body)).Cause.Reason, Does.Contain(reason));

    [TestCase(408, "{}")]
    [TestCase(429, "{}")]
    [TestCase(500, """{"error":"x","reason":"Exception in JS sync function"}""")]
    [TestCase(503, "<html>busy</html>")]
    [TestCase(201, "<html>hello</html>")]
    [TestCase(201, """{"ok":true}""")]
    [TestCase(201, """{"ok":true,"rev":""}""")]
    [TestCase(202, """{"rev":"2-b"}""")]
    public async Task Any_other_answer_is_unavailable_and_not_retried(int status, string body)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status, body);
        using var client = new TestClient(server.Url);

        var outcome = await client.Client.WriteAsync("db", Document("{}"), CancellationToken.None);

        Assert.That(Expect<WriteOutcome.Unavailable>(outcome).Cause.Reason, Does.Contain($"{status}"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_dropped_connection_is_unavailable_and_not_retried()
    {
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = new TestClient(server.Url);

        var outcome = await client.Client.WriteAsync("db", Document("{}"), CancellationToken.None);

        Assert.That(Expect<WriteOutcome.Unavailable>(outcome).Cause.Reason, Does.Contain("No answer from Sync Gateway"));
        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("_id")]
    [TestCase("_rev")]
    [TestCase("_cv")]
    [TestCase("_revisions")]
    [TestCase("_removed")]
    [TestCase("_deleted")]
    public async Task A_body_with_a_property_of_Sync_Gateway_is_not_sent(string name)
    {
        await using var server = await ScriptedServer.AnsweringAsync(201, "{}");
        using var client = new TestClient(server.Url);

        var error = Assert.ThrowsAsync<ArgumentException>(() =>
            client.Client.WriteAsync("db", new Document("d", "1-a", RawObject.Empty.With(name, true)), CancellationToken.None));

        Assert.That(error!.Message, Does.Contain(name));
        Assert.That(server.Requests, Is.Empty);
    }

    [Test]
    public void A_write_without_a_parent_is_not_sent()
    {
        using var client = new TestClient(url: null);

        Assert.That(
            () => client.Client.WriteAsync("db", new Document("d", "", RawObject.Empty), CancellationToken.None),
            Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task A_document_that_is_created_once_has_the_revision_that_was_chosen()
    {
        await using var server = await ScriptedServer.AnsweringAsync(201, """{"id":"a:b","ok":true,"rev":"1-c"}""");
        using var client = new TestClient(server.Url);

        var outcome = await client.Client.CreateOnceAsync("db", new Document("a:b", "1-c", RawObject.Empty.With("n", 1)), default);

        Assert.That(outcome, Is.EqualTo(new WriteOutcome.Written("1-c")));
        var request = server.Requests.Single();
        Assert.That((request.Method, request.Target), Is.EqualTo(("PUT", "/db/a%3Ab?new_edits=false")));
        Assert.That(Encoding.UTF8.GetString(request.Body), Is.EqualTo("""{"n":1,"_revisions":{"start":1,"ids":["c"]}}"""));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_document_is_created_once_however_often_and_late_it_is_written(bool allowConflicts)
    {
        await using var outside = await Emulated.StartAsync(allowConflicts: allowConflicts);
        using var client = new TestClient(outside.Gateway.PublicUrl);
        Task<WriteOutcome> CreateAsync(string body) => client.Client.CreateOnceAsync(
            "db", new Document("d", "1-c0ffee", RawObject.From(JsonNode.Parse(body)!.AsObject())), CancellationToken.None);

        var written = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => CreateAsync($$"""{"number":{{number}}}""")));
        var edited = await outside.Public.PutAnswerAsync("/db/d?rev=1-c0ffee", """{"edited":true}""");
        var afterEdit = await CreateAsync("{}");
        var deleted = await outside.Public.DeleteAnswerAsync("/db/d?rev=" + edited.Revision);
        var afterDeletion = await CreateAsync("{}");

        Assert.That(written.Concat([afterEdit, afterDeletion]), Is.All.EqualTo(new WriteOutcome.Written("1-c0ffee")));
        Assert.That(outside.Gateway.WritesOf("d"), Is.EqualTo(3));
        var leaves = (await outside.Admin.GetAnswerAsync("/db/d?open_revs=all")).Json.AsArray();
        Assert.That(leaves.Select(leaf => (string?)leaf!["ok"]!["_rev"]), Is.EqualTo([deleted.Revision]));
    }

    [Test]
    public async Task A_document_with_another_first_revision_is_a_conflict()
    {
        await using var outside = await Emulated.StartAsync();
        using var client = new TestClient(outside.Gateway.PublicUrl);
        await outside.Public.PutAnswerAsync("/db/d", "{}");

        Assert.That(
            await client.Client.CreateOnceAsync("db", new Document("d", "1-c0ffee", RawObject.Empty), CancellationToken.None),
            Is.EqualTo(new WriteOutcome.Conflict("Document revision conflict")));
    }

    [TestCase("2-a")]
    [TestCase("1-")]
    [TestCase("")]
    public void A_document_is_created_once_only_with_a_first_revision(string revision)
    {
        using var client = new TestClient(url: null);

        Assert.That(
            () => client.Client.CreateOnceAsync("db", new Document("d", revision, RawObject.Empty), CancellationToken.None),
            Throws.InstanceOf<ArgumentException>());
    }

    private static Document Document(string body) => new("d", "1-a", RawObject.From(JsonNode.Parse(body)!.AsObject()));

    private static async Task<WriteOutcome> WriteAsync(int status, string body)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status, body);
        using var client = new TestClient(server.Url);

        return await client.Client.WriteAsync("db", Document("""{"a":1}"""), CancellationToken.None);
    }

    private static T Expect<T>(WriteOutcome outcome)
        where T : WriteOutcome
    {
        Assert.That(outcome, Is.TypeOf<T>());
        return (T)outcome;
    }
}
