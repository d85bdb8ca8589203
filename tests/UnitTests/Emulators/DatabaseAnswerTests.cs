using System.Text.Json.Nodes;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Creating and configuring databases on the admin port: what a real Sync Gateway 3.1.2 answers.</summary>
public sealed class DatabaseAnswerTests
{
    private const string Url = "http://127.0.0.1:1/";

    [TestCase("db/", "{}", "412 Duplicate database name \"db\"")]
    [TestCase("db/", """{"event_handlers":{"document_changed":[{"handler":"nosuch"}]}}""", "412 Duplicate database name \"db\"")]
    [TestCase("New/", "{}", "400 Illegal database name: New")]
    [TestCase("1x/", "{}", "400 Illegal database name: 1x")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"handler":"nosuch"}]}}""", "Unknown event handler type nosuch")]
    [TestCase("new/", """{"event_handlers":{"db_state_changed":[{"handler":"nosuch","url":"http://127.0.0.1:1/"}]}}""", "Unknown event handler type nosuch")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"url":"http://127.0.0.1:1/"}]}}""", "Unknown event handler type ")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"handler":"webhook"}]}}""", "url parameter must be defined for webhook events.")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"handler":"webhook","url":""}]}}""", "url parameter must be defined for webhook events.")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"handler":"nosuch","options":{"x":1}}]}}""", "unknown option \"x\" found for event type \"DocumentChange\"")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"handler":"webhook","options":{"winning_rev_only":"yes"}}]}}""", "Event option \"winning_rev_only\" must be of type bool")]
    [TestCase("new/", """{"event_handlers":{"document_changed":[{"handler":"webhook","options":{"winning_rev_only":1,"x":1}}]}}""", "2 errors:\nEvent option \"winning_rev_only\" must be of type bool\nunknown option \"x\" found for event type \"DocumentChange\"")]
    [TestCase("new/", """{"event_handlers":{"db_state_changed":[{"handler":"webhook","options":{"a":[1,"b"],"c":null,"d":true}}]}}""", "unknown options map[a:[1 b] c:<nil> d:true] found for event type \"DBStateChange\"")]
    [TestCase("new/", """{"revs_limit":5}""", "The revs_limit (5) value in your Sync Gateway configuration cannot be set lower than 20.")]
    [TestCase("new/", """{"revs_limit":0,"allow_conflicts":false}""", "The revs_limit (0) value in your Sync Gateway configuration must be greater than zero.")]
    public async Task A_database_that_cannot_be_loaded_is_an_internal_error_with_the_reason(string path, string body, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync(path, body);

        Assert.That(answer.Error, Is.EqualTo((500, "Internal Server Error", "couldn't load database: " + reason)));
        Assert.That((await emulated.Admin.GetAnswerAsync("_all_dbs")).Text, Is.EqualTo("""["db"]"""));
    }

    [TestCase(" ", "Bad JSON: EOF")]
    [TestCase("""{"nosuch":1}""", "JSON Unknown Field: json: unknown field \"nosuch\": unrecognized JSON field")]
    [TestCase("""{"event_handlers":{"Webhooks":[]}}""", "JSON Unknown Field: json: unknown field \"Webhooks\": unrecognized JSON field")]
    [TestCase("""{"event_handlers":{"document_changed":[{"retry":1}]}}""", "JSON Unknown Field: json: unknown field \"retry\": unrecognized JSON field")]
    [TestCase("""{"guest":{"channels":[]}}""", "JSON Unknown Field: json: unknown field \"channels\": unrecognized JSON field")]
    [TestCase("[]", "Bad JSON: json: cannot unmarshal array into Go value of type rest.DbConfig")]
    [TestCase("""{"revs_limit":"5"}""", "Bad JSON: json: cannot unmarshal string into Go struct field DbConfig.revs_limit of type uint32")]
    [TestCase("""{"REVS_LIMIT":-1}""", "Bad JSON: json: cannot unmarshal number -1 into Go struct field DbConfig.revs_limit of type uint32")]
    [TestCase("""{"revs_limit":20.5}""", "Bad JSON: json: cannot unmarshal number 20.5 into Go struct field DbConfig.revs_limit of type uint32")]
    [TestCase("""{"import_partitions":65536}""", "Bad JSON: json: cannot unmarshal number 65536 into Go struct field DbConfig.import_partitions of type uint16")]
    [TestCase("""{"allow_conflicts":"no"}""", "Bad JSON: json: cannot unmarshal string into Go struct field DbConfig.allow_conflicts of type bool")]
    [TestCase("""{"bucket":{}}""", "Bad JSON: json: cannot unmarshal object into Go struct field DbConfig.bucket of type string")]
    [TestCase("""{"sync":true}""", "Bad JSON: json: cannot unmarshal bool into Go struct field DbConfig.sync of type string")]
    [TestCase("""{"event_handlers":[]}""", "Bad JSON: json: cannot unmarshal array into Go struct field DbConfig.event_handlers of type rest.EventHandlerConfig")]
    [TestCase("""{"event_handlers":{"max_processes":-5}}""", "Bad JSON: json: cannot unmarshal number -5 into Go struct field EventHandlerConfig.event_handlers.max_processes of type uint")]
    [TestCase("""{"event_handlers":{"wait_for_process":100}}""", "Bad JSON: json: cannot unmarshal number into Go struct field EventHandlerConfig.event_handlers.wait_for_process of type string")]
    [TestCase("""{"event_handlers":{"document_changed":{}}}""", "Bad JSON: json: cannot unmarshal object into Go struct field EventHandlerConfig.event_handlers.document_changed of type []*rest.EventConfig")]
    [TestCase("""{"event_handlers":{"document_changed":["x"]}}""", "Bad JSON: json: cannot unmarshal string into Go struct field EventHandlerConfig.event_handlers.document_changed of type rest.EventConfig")]
    [TestCase("""{"event_handlers":{"document_changed":[{"timeout":"60"}]}}""", "Bad JSON: json: cannot unmarshal string into Go struct field EventConfig.event_handlers.document_changed.timeout of type uint64")]
    [TestCase("""{"event_handlers":{"document_changed":[{"options":true}]}}""", "Bad JSON: json: cannot unmarshal bool into Go struct field EventConfig.event_handlers.document_changed.options of type map[string]interface {}")]
    [TestCase("""{"users":[]}""", "Bad JSON: json: cannot unmarshal array into Go struct field DbConfig.users of type map[string]*auth.PrincipalConfig")]
    [TestCase("""{"users":{"ann":{"password":1234}}}""", "Bad JSON: json: cannot unmarshal number into Go struct field PrincipalConfig.users.password of type string")]
    [TestCase("""{"guest":{"admin_channels":"*"}}""", "Bad JSON: json: cannot unmarshal string into Go struct field PrincipalConfig.guest.admin_channels of type []string")]
    [TestCase("""{"scopes":{"s":{"collections":[]}}}""", "Bad JSON: json: cannot unmarshal array into Go struct field ScopeConfig.scopes.collections of type rest.CollectionsConfig")]
    public async Task A_setting_of_another_type_is_reported_in_Gos_words(string body, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var created = await emulated.Admin.PutAnswerAsync("new/", body);
        var replaced = await emulated.Admin.PutAnswerAsync("db/_config", body);
        var changed = await emulated.Admin.PostAnswerAsync("db/_config", body);

        Assert.That(created.Error, Is.EqualTo((400, "Bad Request", reason)));
        Assert.That((replaced.Error, changed.Error), Is.EqualTo((created.Error, created.Error)));
    }

    [Test]
    public async Task A_database_is_created_without_a_body_but_not_configured()
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Admin.PutAnswerAsync("new/", "")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Admin.PutAnswerAsync("new/_config", "")).Error, Is.EqualTo((400, "Bad Request", "Bad JSON: EOF")));
    }

    [TestCase("PUT", "new/")]
    [TestCase("PUT", "db/_config")]
    [TestCase("POST", "db/_config")]
    public async Task A_configuration_of_another_content_type_is_not_read(string method, string path)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync(method, path, "{}", request => request.Content!.Headers.ContentType = new("text/plain"));

        Assert.That(answer.Error, Is.EqualTo((415, "Unsupported Media Type", "Invalid content type text/plain - expected application/json")));
    }

    [Test]
    public async Task A_name_must_be_the_one_in_the_path()
    {
        await using var emulated = await Emulated.StartAsync();

        var created = await emulated.Admin.PutAnswerAsync("new/", """{"name":"other"}""");
        var changed = await emulated.Admin.PostAnswerAsync("db/_config", """{"name":"other"}""");

        Assert.That(created.Error, Is.EqualTo((400, "Bad Request", "When providing a name in the JSON body (other), ensure it matches the name in the path (new).")));
        Assert.That(changed.Error, Is.EqualTo((400, "Bad Request", "Cannot update database name. This requires removing and re-creating the database with a new name")));
        Assert.That((await emulated.Admin.PutAnswerAsync("new/", """{"name":"new","server":"walrus:"}""")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_configuration_that_cannot_be_loaded_is_an_internal_error_and_the_old_one_stays()
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/_config", """{"event_handlers":{"document_changed":[{"handler":"nosuch"}]}}""");

        Assert.That(answer.Error, Is.EqualTo((500, "Internal Server Error", "Internal error: Unknown event handler type nosuch")));
        Assert.That((await emulated.Public.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(201));
    }

    [TestCase("GET", "Db/")]
    [TestCase("PUT", "1/d")]
    [TestCase("GET", "d!/d")]
    public async Task A_name_that_no_database_can_have_is_a_bad_request_of_everybody(string method, string path)
    {
        await using var emulated = await Emulated.StartAsync();

        var asked = await emulated.Admin.SendForAnswerAsync(method, path, method == "PUT" ? "{}" : null);
        var open = await emulated.Public.SendForAnswerAsync(method, path, method == "PUT" ? "{}" : null);

        Assert.That(asked.Error, Is.EqualTo((400, "Bad Request", $"invalid database name \"{path.Split('/')[0]}\"")));
        Assert.That(open.Error, Is.EqualTo(asked.Error));
    }

    [Test]
    public async Task Users_of_a_new_database_can_log_in_and_users_that_exist_stay_as_they_are()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("new/", """{"users":{"ann":{"password":"letmein"}},"roles":{"boss":{"admin_channels":["B"]}}}""");
        await emulated.Admin.PutAnswerAsync("new/_user/ann", """{"password":"changed"}""");

        await emulated.Admin.PostAnswerAsync("new/_config", """{"users":{"bob":{"password":"letmein"}}}""");

        Assert.That(await LogInAsync("ann", "changed"), Is.EqualTo(200));
        Assert.That(await LogInAsync("bob", "letmein"), Is.EqualTo(200));
        Assert.That((await emulated.Admin.GetAnswerAsync("new/_role/")).Text, Is.EqualTo("""["boss"]"""));

        async Task<int> LogInAsync(string name, string password) =>
            (await emulated.Public.PostAnswerAsync("new/_session", $$"""{"name":"{{name}}","password":"{{password}}"}""")).Status;
    }

    [Test]
    public async Task A_change_keeps_the_guest_the_users_and_the_webhooks_of_the_settings()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var added = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync([new() { Url = receiver.Url, Filter = "function(doc) { return doc.price === '$5'; }" }]);
        emulated.Gateway.AddWebhook(new() { Url = added.Url });

        var changed = await emulated.Admin.PostAnswerAsync("db/_config", """{"local_doc_expiry_secs":0,"event_handlers":{"max_processes":10}}""");
        var written = await emulated.Public.PutAnswerAsync("db/d", """{"price":"$5"}""");
        var read = await emulated.Public.SendForAnswerAsync("GET", "db/d", null, request => request.Headers.Authorization =
            new("Basic", Convert.ToBase64String("worker:secret"u8)));

        Assert.That((changed.Status, written.Status, read.Status), Is.EqualTo((201, 201, 200)));
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        Assert.That(() => added.Requests, Has.Count.EqualTo(1).After(5_000, 20));
    }

    [Test]
    public async Task Handlers_in_a_change_replace_the_webhooks()
    {
        await using var before = await Receiver.StartAsync();
        await using var after = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync([new() { Url = before.Url }]);

        await emulated.Admin.PostAnswerAsync("db/_config", $$$"""{"event_handlers":{"document_changed":[{"handler":"webhook","url":"{{{after.Url}}}"}]}}""");
        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        Assert.That(() => after.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        Assert.That(before.Requests, Is.Empty);
    }

    [Test]
    public async Task The_configuration_of_the_settings_can_be_read_and_written_back()
    {
        await using var emulated = await Emulated.StartAsync([new() { Url = Url, Filter = "function(doc) { return false; }", WinningRevOnly = true, Timeout = 5 }]);

        var shown = await emulated.Admin.GetAnswerAsync("db/_config");

        Assert.That(JsonNode.DeepEquals(shown.Json, JsonNode.Parse("""
            {
              "name":"db","revs_limit":50,"allow_conflicts":false,
              "users":{"GUEST":{"admin_channels":["*"]},"worker":{"admin_channels":["*"],"password":"xxxxx"}},
              "event_handlers":{"max_processes":500,"wait_for_process":"100","document_changed":[
                {"handler":"webhook","url":"http://127.0.0.1:1/","timeout":5,"filter":"function(doc) { return false; }","options":{"winning_rev_only":true}}]}
            }
            """)), shown.Text);
        Assert.That((await emulated.Admin.PutAnswerAsync("db/_config", shown.Text)).Status, Is.EqualTo(201));
        Assert.That((await emulated.Public.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_change_of_a_database_with_collections_keeps_them_and_their_guest()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync(
            new() { PublicPort = 0, AdminPort = 0, ControlPort = null, Collections = ["app.tasks", "app.notes"] });
        using var admin = new HttpClient { BaseAddress = gateway.AdminUrl };
        using var open = new HttpClient { BaseAddress = gateway.PublicUrl };
        await open.PutAnswerAsync("db.app.tasks/d", """{"x":1}""");

        var changed = await admin.PostAnswerAsync("db/_config", """{"revs_limit":30}""");

        Assert.That((changed.Status, (int)(await open.GetAnswerAsync("db.tasks/d")).Json["x"]!), Is.EqualTo((201, 1)));
        Assert.That((await open.PutAnswerAsync("db.notes/d", "{}")).Status, Is.EqualTo(201));
    }
}
