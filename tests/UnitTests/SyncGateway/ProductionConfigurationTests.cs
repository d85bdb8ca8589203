using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>Sync Gateway with the configuration for production: what each user may do, and what none may.</summary>
public sealed class ProductionConfigurationTests
{
    private static readonly string[] Passwords = ["COUCHBASE", "WEBHOOK", "GATEWAY", "WORKER", "OPERATOR"];
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "deploy/sync-gateway/production/sync-gateway.json"));

    private SyncGatewayEmulator gateway = null!;
    private HttpClient admin = null!;
    private HttpClient ann = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        // The emulator has neither Couchbase Server nor TLS.
        var text = Text.Replace("couchbases://couchbase", "walrus:", StringComparison.Ordinal)
            .Replace("\"enable_shared_bucket_access\": true", "\"enable_shared_bucket_access\": false", StringComparison.Ordinal);
        text = Passwords.Aggregate(text, (known, name) => known.Replace($"${{{name}_PASSWORD}}", Password(name), StringComparison.Ordinal));
        Assert.That(text, Does.Not.Contain("${"), "Every variable is one that README.md names.");
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, text);
        gateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null, ConfigurationFile = file });
        admin = new HttpClient { BaseAddress = gateway.AdminUrl };
        await admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein","admin_channels":["ann"]}""");
        await admin.PutAnswerAsync("db/_user/bob", """{"password":"letmein","admin_channels":["bob"]}""");
        ann = SignIn("ann", "letmein");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        ann.Dispose();
        admin.Dispose();
        await gateway.DisposeAsync();
    }

    [Test]
    public async Task A_request_of_an_app_gets_the_result_of_the_worker_and_an_operator_can_ask_again()
    {
        using var worker = Client("worker");
        using var operators = Client("operator");
        Assert.That((await ann.PutAnswerAsync("db/whole", """{"action":"person_request","channels":["ann"],"mine":1}""")).Status, Is.EqualTo(201));

        var success = await ChangeAsync(worker, "whole", """{"action":"person_success","person":{"name":"Luke"},"channels":["ann"],"mine":1}""");
        Assert.That(success, Is.TypeOf<WriteOutcome.Written>());
        Assert.That((string?)(await ann.GetAnswerAsync("db/whole")).Json["person"]!["name"], Is.EqualTo("Luke"));

        var failure = await ChangeAsync(worker, "whole", """{"action":"person_failure","error":{"code":"x"},"channels":["ann"],"mine":1}""");
        Assert.That(failure, Is.TypeOf<WriteOutcome.Written>());
        var again = await ChangeAsync(operators, "whole", """{"action":"person_request","channels":["ann"],"mine":1}""");
        Assert.That(again, Is.TypeOf<WriteOutcome.Written>());
    }

    [Test]
    public async Task Catch_up_reads_the_open_requests_and_nothing_else()
    {
        await admin.PutAnswerAsync("db/open", """{"action":"person_request","channels":["ann"]}""");
        await admin.PutAnswerAsync("db/other", """{"channels":["ann"]}""");
        await admin.PutAnswerAsync("db/done", """{"action":"person_success","channels":["ann"]}""");
        using var catchUp = SignIn("gateway", Password("GATEWAY"));

        var rows = (await catchUp.GetAnswerAsync("db/_changes?filter=sync_gateway/bychannel&channels=open-requests&active_only=true")).Json["results"]!.AsArray();

        Assert.That(rows.Select(row => (string)row!["id"]!), Does.Contain("open").And.Not.Contain("other").And.Not.Contain("done"));
        Assert.That((await catchUp.GetAnswerAsync("db/other")).Status, Is.EqualTo(403));
        Assert.That((await catchUp.PutAnswerAsync("db/new", """{"action":"person_request","channels":["ann"]}""")).Status, Is.EqualTo(403));
    }

    [TestCase("""{"action":"person_success"}""")]
    [TestCase("""{"action":"anything_failure"}""")]
    [TestCase("""{"person":{"name":"Luke"}}""")]
    [TestCase("""{"text":""}""")]
    [TestCase("""{"error":{"code":"x"}}""")]
    [TestCase("""{"progress":{"nextAttemptAt":"2999-01-01T00:00:00Z"}}""")]
    [TestCase("""{"chain":{}}""")]
    public async Task An_app_cannot_write_what_is_the_workers(string forged)
    {
        var body = forged.Insert(1, "\"channels\":[\"ann\"],");
        Assert.That((await ann.PutAnswerAsync($"db/{Guid.NewGuid():N}", body)).Status, Is.EqualTo(403), "as a new document");

        var id = Guid.NewGuid().ToString("N");
        var first = await ann.PutAnswerAsync($"db/{id}", """{"action":"person_request","channels":["ann"]}""");
        Assert.That((await ann.PutAnswerAsync($"db/{id}?rev={first.Json["rev"]}", body)).Status, Is.EqualTo(403), "over a request");
        Assert.That(await ReplicateAsync(ann, id, (string)first.Json["rev"]!, body), Is.EqualTo(403), "as a revision of a device that is a child of the request");
        Assert.That(await ReplicateAsync(ann, Guid.NewGuid().ToString("N"), "4-b", body), Is.EqualTo(403), "as a revision of a device with a history of its own");
        Assert.That((await ann.PutAnswerAsync($"db/{id}?rev={first.Json["rev"]}", body.Insert(1, "\"_deleted\":true,"))).Status, Is.EqualTo(403), "in a tombstone");
        Assert.That((await admin.PutAnswerAsync($"db/{id}?rev={first.Json["rev"]}", body)).Status, Is.EqualTo(201), "as an administrator");
    }

    [TestCase("""{"action":"person_success","person":{"name":"Luke","films":[1,2]},"mine":2}""", 201, TestName = "An_app_keeps_a_result_while_it_edits_its_own")]
    [TestCase("""{"action":"person_request","person":{"films":[1,2],"name":"Luke"}}""", 201, TestName = "An_app_asks_again_and_keeps_the_result")]
    [TestCase("""{"action":"person_request"}""", 201, TestName = "An_app_asks_again_and_removes_the_result")]
    [TestCase("""{"action":"person_request","person":null}""", 201, TestName = "An_app_asks_again_and_makes_the_result_null")]
    [TestCase("""{"mine":3}""", 201, TestName = "An_app_cancels")]
    [TestCase("""{"action":"person_success","person":{"name":"Luke","films":[2,1]}}""", 403, TestName = "An_app_changes_the_order_in_a_result")]
    [TestCase("""{"action":"person_success","person":{"name":"Leia","films":[1,2]}}""", 403, TestName = "An_app_changes_a_result")]
    [TestCase("""{"action":"person_success","person":{"name":"Luke","films":[1,2],"more":1}}""", 403, TestName = "An_app_adds_to_a_result")]
    [TestCase("""{"action":"person_failure","person":{"name":"Luke","films":[1,2]}}""", 403, TestName = "An_app_turns_a_success_into_a_failure")]
    public async Task What_an_app_may_do_with_a_result(string edit, int status)
    {
        var id = Guid.NewGuid().ToString("N");
        var done = await admin.PutAnswerAsync($"db/{id}", """{"action":"person_success","person":{"name":"Luke","films":[1,2]},"channels":["ann"]}""");

        Assert.That((await ann.PutAnswerAsync($"db/{id}?rev={done.Json["rev"]}", edit.Insert(1, "\"channels\":[\"ann\"],"))).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task An_app_neither_reads_nor_writes_documents_of_others()
    {
        var theirs = await admin.PutAnswerAsync("db/theirs", """{"channels":["bob"]}""");
        var mine = await ann.PutAnswerAsync("db/mine", """{"channels":["ann"]}""");

        Assert.That((await ann.GetAnswerAsync("db/theirs")).Status, Is.EqualTo(403));
        Assert.That((await ann.PutAnswerAsync($"db/theirs?rev={theirs.Json["rev"]}", """{"channels":["ann"]}""")).Status, Is.EqualTo(403), "taking it over");
        Assert.That((await ann.DeleteAnswerAsync($"db/theirs?rev={theirs.Json["rev"]}")).Status, Is.EqualTo(403));
        Assert.That((await ann.PutAnswerAsync("db/smuggled", """{"channels":["bob"]}""")).Status, Is.EqualTo(403), "leaving one there");
        Assert.That((await ann.PutAnswerAsync("db/nowhere", "{}")).Status, Is.EqualTo(403), "in no channel");
        Assert.That((await ann.DeleteAnswerAsync($"db/mine?rev={mine.Json["rev"]}")).Status, Is.EqualTo(200));
    }

    [TestCase("""["ann","bob"]""")]
    [TestCase("\"bob\"")]
    [TestCase("""[["ann"],["bob"]]""")]
    [TestCase("""["ann","open-requests"]""")]
    [TestCase("""["ann","!"]""")]
    [TestCase("\"!\"")]
    [TestCase("\"*\"")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("""{"ann":true}""")]
    [TestCase("""["ann",1]""")]
    public async Task An_app_puts_no_document_into_a_channel_that_its_user_does_not_have(string channels)
    {
        var mine = await ann.PutAnswerAsync($"db/{Guid.NewGuid():N}", """{"channels":["ann"]}""");
        var id = (string)mine.Json["id"]!;

        Assert.That((await ann.PutAnswerAsync($"db/{Guid.NewGuid():N}", $$"""{"channels":{{channels}}}""")).Status, Is.EqualTo(403), "as a new document");
        Assert.That((await ann.PutAnswerAsync($"db/{id}?rev={mine.Json["rev"]}", $$"""{"channels":{{channels}}}""")).Status, Is.EqualTo(403), "later");
        if (channels is not ("[]" or "null"))
        {
            var tombstone = $$"""{"_deleted":true,"channels":{{channels}}}""";
            Assert.That((await ann.PutAnswerAsync($"db/{Guid.NewGuid():N}", tombstone)).Status, Is.EqualTo(403), "as a tombstone of nothing");
            Assert.That((await ann.PutAnswerAsync($"db/{id}?rev={mine.Json["rev"]}", tombstone)).Status, Is.EqualTo(403), "as a tombstone");
        }
    }

    [TestCase("""{"_deleted":true,"channels":["ann"]}""")]
    [TestCase("""{"_deleted":true}""")]
    public async Task A_device_brings_the_tombstone_of_a_document_that_was_never_here(string tombstone) =>
        Assert.That(await ReplicateAsync(ann, Guid.NewGuid().ToString("N"), "4-b", tombstone), Is.EqualTo(201));

    [TestCase("""{"channels":["ann"]}""")]
    [TestCase("""{"action":"person_request","channels":["ann"]}""")]
    [TestCase("""{"_deleted":true}""")]
    public async Task An_app_cannot_take_the_id_of_a_due_time_that_is_to_come(string body) =>
        Assert.That((await ann.PutAnswerAsync($"db/schedule:nightly:{Guid.NewGuid():N}", body)).Status, Is.EqualTo(403));

    [Test]
    public async Task A_gateway_writes_a_scheduled_document_once_and_an_app_may_change_it_then()
    {
        await admin.PutAnswerAsync("db/_user/scheduler", $$"""{"password":"{{Password("SCHEDULER")}}","admin_channels":["open-requests","ann"],"admin_roles":["gateway"]}""");
        using var scheduler = Client("scheduler");
        var document = new Document("schedule:nightly:2026-03-01T02:00:00Z", "1-a", RawObject.From(new JsonObject { ["action"] = "person_request", ["channels"] = "ann" }));

        Assert.That(await scheduler.Client.CreateOnceAsync("db", document, CancellationToken.None), Is.TypeOf<WriteOutcome.Written>());
        Assert.That((await ann.PutAnswerAsync($"db/{document.Id}?rev=1-a", """{"action":"person_request","channels":["ann"],"mine":1}""")).Status, Is.EqualTo(201));
        Assert.That(await scheduler.Client.CreateOnceAsync("db", document, CancellationToken.None), Is.TypeOf<WriteOutcome.Written>(), "The same revision again.");
        Assert.That((int?)(await ann.GetAnswerAsync($"db/{document.Id}")).Json["mine"], Is.EqualTo(1));
        Assert.That(await ChangeAsync(scheduler, document.Id, """{"channels":["ann"]}"""), Is.TypeOf<WriteOutcome.Refused>());
    }

    [Test]
    public async Task A_public_document_is_read_by_all_and_changed_by_administrators_alone()
    {
        var everybodys = await admin.PutAnswerAsync("db/public", """{"channels":["!"]}""");

        Assert.That((await ann.GetAnswerAsync("db/public")).Status, Is.EqualTo(200));
        Assert.That((await ann.PutAnswerAsync($"db/public?rev={everybodys.Json["rev"]}", """{"channels":["ann"]}""")).Status, Is.EqualTo(403));
        Assert.That((await ann.DeleteAnswerAsync($"db/public?rev={everybodys.Json["rev"]}")).Status, Is.EqualTo(403));
        Assert.That((await admin.DeleteAnswerAsync($"db/public?rev={everybodys.Json["rev"]}")).Status, Is.EqualTo(200));
    }

    [TestCase("""{"channels":["open-requests"]}""")]
    [TestCase("""{"action":"person_request","channels":["open-requests"]}""")]
    [TestCase("""{"_deleted":true}""")]
    [TestCase("""{"_deleted":true,"channels":["open-requests"]}""")]
    public async Task A_gateway_without_schedules_writes_nothing(string body)
    {
        using var catchUp = SignIn("gateway", Password("GATEWAY"));

        Assert.That((await catchUp.PutAnswerAsync($"db/{Guid.NewGuid():N}", body)).Status, Is.EqualTo(403));
        Assert.That((await catchUp.PutAnswerAsync($"db/schedule:{Guid.NewGuid():N}", body.Replace("_deleted", "deleted", StringComparison.Ordinal))).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task An_app_edits_a_document_that_its_user_shares_with_another()
    {
        var shared = await admin.PutAnswerAsync("db/shared", """{"channels":["ann","bob"]}""");

        var edited = await ann.PutAnswerAsync($"db/shared?rev={shared.Json["rev"]}", """{"channels":["ann","bob"],"mine":1}""");
        Assert.That(edited.Status, Is.EqualTo(201));
        Assert.That((await ann.PutAnswerAsync($"db/shared?rev={edited.Json["rev"]}", """{"channels":"ann"}""")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Nobody_reads_or_writes_without_a_user()
    {
        using var nobody = new HttpClient { BaseAddress = gateway.PublicUrl };
        using var wrong = SignIn("worker", "wrong");

        Assert.That((await nobody.GetAnswerAsync("db/_changes")).Status, Is.EqualTo(401));
        Assert.That((await nobody.PutAnswerAsync("db/nobody", "{}")).Status, Is.EqualTo(401));
        Assert.That((await wrong.GetAnswerAsync("db/_changes")).Status, Is.EqualTo(401));
    }

    [Test]
    public void The_webhook_has_the_filter_of_every_other_configuration_and_the_admin_port_is_private()
    {
        Assert.That(Text, Does.Contain($"\"filter\": \"{WebhookFilter.JavaScript}\""));
        Assert.That(Regex.Match(Text, "\"adminInterface\": \"(?<host>[^:\"]*):").Groups["host"].Value, Is.EqualTo("127.0.0.1"));
    }

    private static async Task<WriteOutcome> ChangeAsync(TestClient client, string id, string body)
    {
        var read = (ReadOutcome.Found)await client.Client.ReadAsync("db", id, CancellationToken.None);
        return await client.Client.WriteAsync("db", new Document(id, read.Document.Revision, RawObject.From(JsonNode.Parse(body)!.AsObject())), CancellationToken.None);
    }

    /// <summary>Writes a revision as replication does, with one between it and its ancestor that Sync Gateway never gets.</summary>
    private static async Task<int> ReplicateAsync(HttpClient client, string id, string ancestor, string body)
    {
        var parts = ancestor.Split('-');
        var generation = int.Parse(parts[0], CultureInfo.InvariantCulture) + 2;
        var revisions = $$"""{"_id":"{{id}}","_rev":"{{generation}}-f","_revisions":{"start":{{generation}},"ids":["f","e","{{parts[1]}}"]},""";
        var answer = await client.PostAnswerAsync("db/_bulk_docs", $$"""{"new_edits":false,"docs":[{{revisions}}{{body[1..]}}]}""");
        return (int?)answer.Json.AsArray().Single()!["status"] ?? answer.Status;
    }

    private static string Password(string name) => $"password-of-{name.ToLowerInvariant()}";

    private TestClient Client(string user) => new(gateway.PublicUrl, null, ("User", user), ("Password", Password(user.ToUpperInvariant())));

    private HttpClient SignIn(string user, string password)
    {
        var client = new HttpClient { BaseAddress = gateway.PublicUrl };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return client;
    }
}
