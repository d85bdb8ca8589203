using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class ReadTests
{
    private const string Stored = """{"action":"person_request","_id":"d","_rev":"1-a"}""";

    [Test]
    public async Task A_document_is_found_with_its_revision()
    {
        var outcome = await ReadAsync(200, Stored);

        var found = Expect<ReadOutcome.Found>(outcome).Document;
        Assert.That((found.Id, found.Revision, found.Action), Is.EqualTo(("d", "1-a", "person_request")));
    }

    [Test]
    public async Task Only_the_properties_of_Sync_Gateway_are_left_out_of_the_body()
    {
        var outcome = await ReadAsync(200, """
            {"_attachments":{"a":{"stub":true,"revpos":1}},"_exp":"2030-01-01T00:00:00Z","_mine":1,"x":null,"_id":"d","_rev":"1-a",
             "_cv":"18@c3Jj","_revisions":{"start":1,"ids":["a"]},"_removed":false,"_deleted":false}
            """);

        var body = Expect<ReadOutcome.Found>(outcome).Document.Body;
        var expected = JsonNode.Parse("""
            {"_attachments":{"a":{"stub":true,"revpos":1}},"_exp":"2030-01-01T00:00:00Z","_mine":1,"x":null}
            """);
        Assert.That(JsonNode.DeepEquals(body.ToJsonObject(), expected), Is.True, body.ToString());
    }

    [Test]
    public async Task A_read_requests_json_and_the_expiry()
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, Stored);
        using var client = new TestClient(server.Url);

        await client.Client.ReadAsync("db.scope.people", "d", CancellationToken.None);

        var request = server.Requests.Single();
        Assert.That((request.Method, request.Target), Is.EqualTo(("GET", "/db.scope.people/d?show_exp=true")));
        Assert.That(request.Headers.Accept.ToString(), Is.EqualTo("application/json"));
    }

    [Test]
    public async Task A_document_that_was_never_written_is_missing() =>
        Assert.That(await ReadAsync(404, """{"error":"not_found","reason":"missing"}"""), Is.EqualTo(new ReadOutcome.Missing()));

    [Test]
    public async Task A_tombstone_is_deleted() =>
        Assert.That(await ReadAsync(404, """{"error":"not_found","reason":"deleted"}"""), Is.EqualTo(new ReadOutcome.Deleted()));

    [Test]
    public async Task A_tombstone_shown_as_a_document_is_deleted() =>
        Assert.That(await ReadAsync(200, """{"_id":"d","_rev":"2-b","_deleted":true}"""), Is.EqualTo(new ReadOutcome.Deleted()));

    [TestCase("""{"error":"not_found","reason":"no such database \"db\""}""", "no such database \"db\"")]
    [TestCase("""{"error":"not_found","reason":"keyspace db not found"}""", "keyspace db not found")]
    [TestCase("""{"error":"not_found","reason":"unknown URL"}""", "unknown URL")]
    [TestCase("<html>404 page not found</html>", "keyspace db")]
    [TestCase("", "keyspace db")]
    public async Task Any_other_404_is_unavailable_with_the_reason(string body, string reason) =>
        Assert.That(Expect<ReadOutcome.Unavailable>(await ReadAsync(404, body)).Cause.Reason, Does.Contain(reason));

    [TestCase(401, "Invalid login", "user worker", "since 3.1")]
    [TestCase(403, "forbidden", "user worker", "channel")]
    public async Task A_user_who_may_not_read_is_named_in_the_reason(int status, string reason, string user, string hint)
    {
        var outcome = await ReadAsync(status, $$"""{"error":"Unauthorized","reason":"{{reason}}"}""");

        var text = Expect<ReadOutcome.Unavailable>(outcome).Cause.Reason;
        Assert.That(text, Does.Contain(reason).And.Contain(user).And.Contain("keyspace db").And.Contain(hint));
    }

    [Test]
    public async Task A_document_that_left_the_users_channels_is_unavailable_with_the_reason() =>
        Assert.That(
            Expect<ReadOutcome.Unavailable>(await ReadAsync(200, """{"_id":"d","_rev":"1-a","_removed":true}""")).Cause.Reason,
            Does.Contain("channel").And.Contain("user worker"));

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_is_not_followed(int status)
    {
        await using var elsewhere = await ScriptedServer.AnsweringAsync(200, Stored);
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = new Uri(elsewhere.Url, "/db/d").ToString();
            return Task.CompletedTask;
        });
        using var client = new TestClient(server.Url);

        var outcome = await client.Client.ReadAsync("db", "d", CancellationToken.None);
        var written = await client.Client.WriteAsync("db", new Document("d", "1-a", RawObject.Empty), CancellationToken.None);

        Assert.That(Expect<ReadOutcome.Unavailable>(outcome).Cause.Reason, Does.Contain("SyncGateway:Url"));
        Assert.That(written, Is.TypeOf<WriteOutcome.Unavailable>());
        Assert.That(elsewhere.Requests, Is.Empty);
    }

    [TestCase(400)]
    [TestCase(405)]
    [TestCase(406)]
    [TestCase(407)]
    public async Task A_refused_read_is_unavailable_with_its_status(int status) =>
        Assert.That(Expect<ReadOutcome.Unavailable>(await ReadAsync(status, "")).Cause.Reason, Does.Contain($"{status}"));

    [TestCase(408)]
    [TestCase(429)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    public async Task A_server_error_is_unavailable_with_the_reason(int status)
    {
        var outcome = await ReadAsync(status, """{"error":"x","reason":"DB is currently under maintenance"}""");

        var unavailable = Expect<ReadOutcome.Unavailable>(outcome);
        Assert.That(unavailable.Cause.Reason, Does.Contain($"{status}").And.Contain("under maintenance"));
        Assert.That(unavailable.Cause.RetryAfter, Is.Null);
    }

    [TestCase(200, "<html>Welcome</html>")]
    [TestCase(200, "")]
    [TestCase(200, "null")]
    [TestCase(200, "[1]")]
    [TestCase(200, """{"_id":"d","_rev":"1-a" """)]
    [TestCase(200, """{"_id":"d","_rev":"1-a"}{}""")]
    [TestCase(200, """{"_rev":"1-a"}""")]
    [TestCase(200, """{"_id":"d"}""")]
    [TestCase(200, """{"_id":"d","_rev":7}""")]
    [TestCase(200, """{"_id":"another","_rev":"1-a"}""")]
    [TestCase(202, Stored)]
    [TestCase(204, "")]
    public async Task An_answer_without_the_document_is_unavailable(int status, string body)
    {
        var outcome = status is 204 ? await ReadAsync(context => EmptyAsync(context, status)) : await ReadAsync(status, body);

        Assert.That(Expect<ReadOutcome.Unavailable>(outcome).Cause.Reason, Is.Not.Empty);
    }

    [Test]
    public async Task A_reason_is_one_bounded_line()
    {
        var outcome = await ReadAsync(503, $$"""{"error":"x","reason":"a\u0000b\r\nc\u001b[31m\u202e\u2028{{new string('z', 5000)}}"}""");

        var reason = Expect<ReadOutcome.Unavailable>(outcome).Cause.Reason;
        Assert.That(reason, Has.Length.LessThan(400).And.Contains("a b"));
        Assert.That(reason, Does.Not.Match(@"[\p{C}\u2028\u2029]"));
    }

    private static Task EmptyAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task<ReadOutcome> ReadAsync(int status, string body) =>
        ReadAsync(context => ScriptedServer.AnswerAsync(context, status, body));

    private static async Task<ReadOutcome> ReadAsync(RequestDelegate answer)
    {
        await using var server = await ScriptedServer.StartAsync(answer);
        using var client = new TestClient(server.Url, null, ("User", "worker"), ("Password", "letmein"));

        return await client.Client.ReadAsync("db", "d", CancellationToken.None);
    }

    private static T Expect<T>(ReadOutcome outcome)
        where T : ReadOutcome
    {
        Assert.That(outcome, Is.TypeOf<T>());
        return (T)outcome;
    }
}
