using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>The emulator with the configuration file of a real Sync Gateway.</summary>
public sealed class ConfigurationFileTests
{
    [Test]
    public async Task The_deployed_configuration_file_starts_the_emulator()
    {
        Environment.SetEnvironmentVariable("WEBHOOK_PASSWORD", "secret");

        await using var gateway = await SyncGatewayEmulator.StartAsync(new()
        {
            PublicPort = 0,
            AdminPort = 0,
            ControlPort = null,
            ConfigurationFile = Path.Combine(Repository.Root, "deploy/sync-gateway/sync-gateway.json"),
        });
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        Assert.That((await client.PutAnswerAsync("db/d", """{"action":"person_request"}""")).Status, Is.EqualTo(201));
        Assert.That((await client.GetAnswerAsync("db/_changes")).Json["results"]!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["_user/GUEST", "d"]));
    }

    [Test]
    public async Task Databases_users_roles_functions_and_comments_are_read()
    {
        await using var gateway = await StartAsync("""
            {
              // Sync Gateway accepts comments.
              "Interface": ":4984", "logging": {"console": {}}, /* two
              lines */ "CORS": {"origin": ["http://app"], "headers": ["X-A"], "maxAge": 5},
              "databases": {
                "one": {
                  "server": "walrus:", "revs_limit": 20, "allow_conflicts": false,
                  "sync": `function (doc) {
                    if (doc.secret === "$$x") { throw({forbidden: "no"}); } // $$
                    channel(doc.channels);
                  }`,
                  "users": {"GUEST": {"disabled": true}, "ann": {"password": "${NOT_SET_ANYWHERE:-letmein}", "admin_roles": ["boss"]}},
                  "roles": {"boss": {"admin_channels": ["A"]}},
                  "cache": {"rev_cache": {"size": 1}}
                },
                "two": {"users": {"GUEST": {"admin_channels": ["*"]}}, "local_doc_expiry_secs": 0, "session_cookie_name": "other"}
              }
            }
            """);
        using var admin = new HttpClient { BaseAddress = gateway.AdminUrl };
        using var open = new HttpClient { BaseAddress = gateway.PublicUrl };

        Assert.That((await admin.PutAnswerAsync("one/d", """{"secret":"$x"}""")).Error, Is.EqualTo((403, "Forbidden", "no")));
        Assert.That((await open.GetAnswerAsync("one/d")).Status, Is.EqualTo(401));
        Assert.That((await open.GetAnswerAsync("two/d")).Status, Is.EqualTo(404));
        Assert.That((await open.PostAnswerAsync("one/_session", """{"name":"ann","password":"letmein"}""")).Status, Is.EqualTo(200));
        Assert.That((await admin.GetAnswerAsync("one/_user/ann")).Json["all_channels"]!.ToJsonString(), Is.EqualTo("""["!","A"]"""));
        Assert.That((await admin.GetAnswerAsync("one/_config")).Json["users"]!["ann"]!["password"]!.ToString(), Is.EqualTo("xxxxx"));

        var page = await open.SendForAnswerAsync("GET", "two/", null, request => request.Headers.Add("Origin", "http://app"));
        var before = await open.SendForAnswerAsync("OPTIONS", "two/d", null, request => request.Headers.Add("Origin", "http://app"));
        Assert.That(page.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo(["http://app"]));
        Assert.That(before.Headers.GetValues("Access-Control-Allow-Methods").Single(), Is.EqualTo("GET, HEAD, PUT, DELETE"));
    }

    [TestCase("""{"databses":{}}""", "unknown setting databses")]
    [TestCase("""{"databases":{"db":{"revs_limt":5}}}""", "unknown setting databases.db.revs_limt")]
    [TestCase("""{"databases":{"db":{"event_handlers":{"wait_for_process":100}}}}""", "wait_for_process is not a string")]
    [TestCase("""{"databases":{"db":{"event_handlers":{"document_changed":[{"handler":"mail"}]}}}}""", "document_changed.handler: Unknown event handler type mail")]
    [TestCase("""{"databases":{"db":{"event_handlers":{"document_changed":[{"handler":"webhook","url":"http://x","options":{"x":true}}]}}}}""", "document_changed.options: unknown option \"x\" found for event type \"DocumentChange\"")]
    [TestCase("""{"databases":{"db":{"sync":"${NOT_SET_ANYWHERE}"}}}""", "NOT_SET_ANYWHERE is not set")]
    [TestCase("""{"databases":{"db":{"enable_shared_bucket_access":true}}}""", "does not work without Couchbase Server")]
    [TestCase("""{"databases":{"db":{"sync":"function ("}}}""", "")]
    [TestCase("{", "line 1: not valid JSON: unexpected end of JSON input")]
    [TestCase("", "line 1: not valid JSON: unexpected end of JSON input")]
    [TestCase("[]", "a configuration is an object")]
    [TestCase("null", "a configuration is an object")]
    [TestCase("{\n  \"databases\": {},\n}", "line 3: not valid JSON: invalid character '}' looking for beginning of object key string")]
    [TestCase("{\n \"a\": `1\n2\n3`, /* 3\n4 */\n // 5\n \"b\": x}", "line 7: not valid JSON: invalid character 'x' looking for beginning of value")]
    [TestCase("""{"databases":{"No":{}}}""", "400 Illegal database name: No")]
    [TestCase("""{"databases":{"db":{"users":{"a/b":{"password":"secret"}}}}}""", "couldn't create user \"a/b\": invalid name \"a/b\"")]
    [TestCase("""{"databases":{"db":{"roles":{"a,b":{}}}}}""", "couldn't create role \"a,b\": invalid name \"a,b\"")]
    [TestCase("`", "` is missing")]
    public void An_invalid_configuration_is_reported_with_the_path_of_the_setting(string text, string reason)
    {
        var error = Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(text));

        Assert.That(error!.Message, Does.Contain(reason));
    }

    [Test]
    public void A_database_of_the_options_needs_a_name_that_can_be_reached()
    {
        var error = Assert.ThrowsAsync<InvalidOperationException>(() => Emulated.StartAsync(databases: ["My Data"]));

        Assert.That(error!.Message, Is.EqualTo("400 Illegal database name: My Data"));
    }

    [Test]
    public async Task An_administrator_creates_changes_and_removes_databases()
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Admin.PutAnswerAsync("new/", """{"bucket":"new","guest":{"disabled":false,"admin_channels":["A"]}}""")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Public.PutAnswerAsync("new/d", """{"channels":"A"}""")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Admin.PostAnswerAsync("new/_config", """{"sync":"function (doc) { throw({forbidden: 'never'}); }"}""")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Public.PutAnswerAsync("new/e", "{}")).Error, Is.EqualTo((403, "Forbidden", "never")));
        Assert.That((await emulated.Public.GetAnswerAsync("new/d")).Status, Is.EqualTo(200), "documents stay");
        Assert.That((await emulated.Admin.GetAnswerAsync("_all_dbs")).Text, Is.EqualTo("""["db","new"]"""));
        Assert.That((await emulated.Admin.DeleteAnswerAsync("new/")).Status, Is.EqualTo(200));
        Assert.That((await emulated.Admin.GetAnswerAsync("new/")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Event_handlers_receive_database_states_and_can_load_a_filter_from_a_file()
    {
        await using var receiver = await Receiver.StartAsync();
        var filter = (await WriteAsync("function (doc) { return doc.wanted === true; }")).Replace('\\', '/');
        await using var gateway = await StartAsync($$$$$"""
            {"databases":{"db":{"event_handlers":{
              "document_changed":[{"handler":"webhook","url":"{{{{{receiver.Url}}}}}","filter":"{{{{{filter}}}}}"}],
              "db_state_changed":[{"handler":"webhook","url":"{{{{{receiver.Url}}}}}"}]}}}}
            """);
        using var admin = new HttpClient { BaseAddress = gateway.AdminUrl };

        await admin.PutAnswerAsync("db/no", """{"wanted":false}""");
        await admin.PutAnswerAsync("db/yes", """{"wanted":true}""");
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        await admin.PostAnswerAsync("db/_offline", "");

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(2).After(5_000, 20));
        Assert.That(receiver.Bodies.First(), Does.Contain("\"_id\":\"yes\""));
        Assert.That(receiver.Bodies.Last(), Does.Contain("\"dbname\":\"db\"").And.EndsWith(",\"reason\":\"ADMIN Request\",\"state\":\"offline\"}"));
    }

    [Test]
    public async Task A_process_uses_the_ports_of_the_file_unless_settings_say_otherwise()
    {
        var file = await WriteAsync("""{"interface":":4001","adminInterface":"127.0.0.2:4002","metricsInterface":"localhost:4003"}""");

        var taken = SyncGatewayProcess.ReadSettings(["--config", file]).Options;
        var told = SyncGatewayProcess.ReadSettings(["--config", file, "--Emulators:SyncGateway:PublicPort=5001"]).Options;

        Assert.That((taken.PublicAddress, taken.PublicPort), Is.EqualTo(("0.0.0.0", 4001)));
        Assert.That((taken.AdminAddress, taken.AdminPort), Is.EqualTo(("127.0.0.2", 4002)));
        Assert.That((taken.MetricsAddress, taken.MetricsPort), Is.EqualTo(("127.0.0.1", 4003)));
        Assert.That((told.PublicAddress, told.PublicPort, told.AdminPort), Is.EqualTo(((string?)null, 5001, 4002)));
    }

    [Test]
    public async Task A_process_reports_the_error_in_a_file()
    {
        var file = await WriteAsync("""{"interface":":here"}""");

        Assert.That(SyncGatewayProcess.ReadSettings(["--config", file]).Errors.Single(), Does.Contain(":here is not a host and a port"));
        Assert.That(await SyncGatewayProcess.RunAsync(["--config", file]), Is.EqualTo(78));
    }

    private static async Task<SyncGatewayEmulator> StartAsync(string text) =>
        await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null, ConfigurationFile = await WriteAsync(text) });

    private static async Task<string> WriteAsync(string text)
    {
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, text);
        return file;
    }
}
