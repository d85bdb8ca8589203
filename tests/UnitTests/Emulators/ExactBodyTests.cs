namespace OfflineActions.Tests.Emulators;

/// <summary>Answers of Sync Gateway 3.1.2, byte for byte.</summary>
public sealed class ExactBodyTests
{
    private const string Json = "content-type: application/json";
    private const string Realm = "www-authenticate: Basic realm=\"Couchbase Sync Gateway\"";
    private const string Empty = "1-ca9ad22802b66f662ff171f226211d5c";

    [TestCase("DELETE /db/_local/x?rev=0-1", null, 404, "not_found", "No previous revision to replace")]
    [TestCase("DELETE /db/_local/x", null, 404, "not_found", "No previous revision to replace")]
    [TestCase("GET /db/_changes?since=now", null, 400, "Bad Request", "Invalid sequence")]
    [TestCase("GET /db/_changes?since=abc", null, 400, "Bad Request", "Invalid sequence")]
    [TestCase("GET /db/_changes?since=-1", null, 400, "Bad Request", "Invalid sequence")]
    [TestCase("GET /db/_changes?since=1:2:3:4", null, 400, "Bad Request", "Invalid sequence")]
    [TestCase("POST /db/_changes?since=now", "{}", 400, "Bad Request", "Invalid sequence")]
    [TestCase("POST /db/_changes", """{"since":"abc"}""", 400, "Bad Request", "Invalid JSON: \\\"400 Invalid sequence\\\"")]
    [TestCase("GET /db/_all_docs?keys=x", null, 400, "Bad Request", "Bad keys")]
    [TestCase("POST /db/_all_docs", """{"keys":[1]}""", 400, "Bad Request", "Bad/missing keys")]
    [TestCase("GET /db/d?open_revs=x", null, 400, "Bad Request", "bad open_revs")]
    [TestCase("GET /db/d?atts_since=x", null, 400, "Bad Request", "atts_since URL param is not a JSON string array")]
    [TestCase("PUT /db/_user/u", "{}", 400, "Bad Request", "Error creating user: Empty passwords are not allowed ")]
    [TestCase("PUT /db/_user/u", """{"password":""}""", 400, "Bad Request", "Error creating user: Empty passwords are not allowed ")]
    [TestCase("POST /db/_user/", """{"name":"u","password":"ab"}""", 400, "Bad Request", "Error creating user: Passwords must be at least three 3 characters")]
    [TestCase("PUT /db/_user/worker", """{"password":"ab"}""", 400, "Bad Request", "Error updating user/role: Passwords must be at least three 3 characters")]
    [TestCase("PUT /db/_user/worker", """{"jwt_issuer":"x"}""", 400, "Bad Request", "Can't change read-only properties")]
    [TestCase("PUT /db/_role/clerks", """{"jwt_channels":["x"]}""", 400, "Bad Request", "Can't change read-only properties")]
    [TestCase("GET /db/_user/?limit=1", null, 400, "Bad Request", "Use of limit only supported when name_only=false")]
    [TestCase("GET /db/_user/?name_only=false", null, 400, "Bad Request", "Use of name_only=false not supported when database has use_views=true")]
    [TestCase("POST /db/_user/", """{"name":"worker","password":"ab"}""", 409, "conflict", "Already exists")]
    public async Task An_error_is_worded_as_in_Sync_Gateway(string request, string? body, int status, string error, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, request, body);

        var text = $$"""{"error":"{{error}}","reason":"{{reason}}"}""";
        Assert.That(answer.ToString(), Is.EqualTo($"{status}\ncontent-length: {text.Length}\n{Json}\n\n{text}"));
    }

    [TestCase("/db/d", "", "Login required", Realm)]
    [TestCase("/db/d", "Authorization: Basic %%", "Login required", Realm)]
    [TestCase("/db/d", "Authorization: Basic YQ==", "Login required", Realm)]
    [TestCase("/db/d", "Authorization: basic d29ya2VyOnNlY3JldA==", "Login required", Realm)]
    [TestCase("/db/d", "Authorization: Basic d29ya2VyOmd1ZXNz", "Invalid login", Realm)]
    [TestCase("/db/d", "Cookie: SyncGatewaySession=none", "Session Invalid", "")]
    [TestCase("/db/_session", "Authorization: Basic d29ya2VyOmd1ZXNz", "Invalid login", Realm)]
    [TestCase("/none/d", "", "Login required", "")]
    [TestCase("/none/", "Authorization: Basic %%", "Login required", "")]
    [TestCase("/none/_session", "Authorization: Basic d29ya2VyOmd1ZXNz", "Invalid login", "")]
    [TestCase("/none/d", "Authorization: Bearer x", "Invalid login", "")]
    [TestCase("/none/d", "Cookie: SyncGatewaySession=none", "Invalid login", "")]
    public async Task Only_an_existing_database_names_its_realm(string path, string header, string reason, string realm)
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, header.Length > 0 ? $"GET {path}\n{header}" : $"GET {path}");

        var text = $$"""{"error":"Unauthorized","reason":"{{reason}}"}""";
        var headers = $"content-length: {text.Length}\n{Json}" + (realm.Length > 0 ? "\n" + realm : "");
        Assert.That(answer.ToString(), Is.EqualTo($"401\n{headers}\n\n{text}"));
    }

    [Test]
    public async Task A_session_tells_the_sequence_of_each_channel()
    {
        await using var emulated = await Emulated.StartAsync();
        var admin = emulated.Admin;
        await admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein","admin_channels":["A"]}""");
        await admin.PutAnswerAsync("db/_user/ann", """{"admin_channels":["A"]}""");
        await admin.PutAnswerAsync("db/_user/ann", """{"admin_channels":["B","A"]}""");
        await admin.PutAnswerAsync("db/_role/clerks", """{"admin_channels":["C"]}""");
        await admin.PutAnswerAsync("db/_user/ann", """{"admin_roles":["clerks"]}""");

        var login = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/_session\nAuthorization: Basic YW5uOmxldG1laW4=");
        var guest = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/_session");
        var user = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_user/ann");
        var role = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_role/clerks");

        const string Start = """{"authentication_handlers":["default","cookie"],"ok":true,"userCtx":{"channels":""";
        Assert.That(login.Text, Is.EqualTo(Start + """{"!":1,"A":3,"B":4},"name":"ann"}}"""), "without those of the roles");
        Assert.That(guest.Text, Is.EqualTo(Start + """{"!":1,"*":1},"name":null}}"""));
        Assert.That(user.Text, Is.EqualTo("""
            {"name":"ann","admin_channels":["A","B"],"email":"","disabled":false,"admin_roles":["clerks"],
            """ + """
            "all_channels":["!","A","B","C"],"roles":["clerks"]}
            """));
        const string Role = """{"name":"clerks","admin_channels":["C"],"all_channels":["!","C"]}""";
        Assert.That(role.ToString(), Is.EqualTo($"200\ncontent-length: {Role.Length}\ncontent-type: text/plain; charset=utf-8\n\n{Role}"));
    }

    [Test]
    public async Task A_session_without_a_user_tells_the_channels_of_the_guest()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);

        var guest = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "GET /db/_session\nCookie: SyncGatewaySession=ended");
        var admin = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_session");

        const string Text = """{"authentication_handlers":["default","cookie"],"ok":true,"userCtx":{"channels":{},"name":null}}""";
        Assert.That(admin.ToString(), Is.EqualTo($"200\ncontent-length: {Text.Length}\n{Json}\n\n{Text}"));
        Assert.That(guest.Text, Is.EqualTo(Text.Replace("{}", """{"!":1}""", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_new_password_ends_a_session_with_an_error_of_its_own()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);
        var login = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, "POST /db/_session", """{"name":"worker","password":"secret"}""");
        var cookie = login.Headers.Split('\n').Single(line => line.StartsWith("set-cookie: ", StringComparison.Ordinal))["set-cookie: ".Length..];
        await emulated.Admin.PutAnswerAsync("db/_user/worker", """{"password":"changed"}""");

        var answer = await RawHttp.SendAsync(emulated.Gateway.PublicUrl, $"GET /db/d\nCookie: {cookie.Split(';')[0]}");

        Assert.That(cookie, Does.Match(@"\ASyncGatewaySession=[0-9a-f]{40}; Path=/db; Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\z"));
        Assert.That((answer.Status, answer.Text), Is.EqualTo((401, """{"error":"Unauthorized","reason":"Session no longer valid for user"}""")));
    }

    [Test]
    public async Task All_documents_have_their_special_members_last()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", """{"_attachments":{"f":{"data":"aGk=","content_type":"text/plain"}},"x":1}""");
        var revision = (string)(await emulated.Admin.GetAnswerAsync("db/a")).Json["_rev"]!;
        await emulated.Admin.PutAnswerAsync("db/b", "{}");
        await emulated.Admin.DeleteAnswerAsync($"db/b?rev={Empty}");

        var answer = await RawHttp.SendAsync(
            emulated.Gateway.AdminUrl, "POST /db/_all_docs?include_docs=true&revs=true&update_seq=true", """{"keys":["a","b","c"]}""");
        var listed = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_changes?include_docs=true&filter=_doc_ids&doc_ids=a");

        const string Stub = """
            "_attachments":{"f":{"content_type":"text/plain","digest":"sha1-witfkXg0JglCjW9RssWvTAveakI=","length":2,"revpos":1,"stub":true,"ver":2}}
            """;
        var document = $$"""{"x":1,"_id":"a","_rev":"{{revision}}",{{Stub}}""";
        var text = "{\"rows\":[\n"
            + "{\"key\":\"a\",\"id\":\"a\",\"value\":{\"rev\":\"" + revision + "\"},\"doc\":" + document
            + ",\"_revisions\":{\"ids\":[\"" + revision[2..] + "\"],\"start\":1}}}\n"
            + """,{"key":"b","error":"not_found","status":404}""" + "\n"
            + """,{"key":"c","error":"not_found","status":404}""" + "\n"
            + "],\n\"total_rows\":3,\"update_seq\":5}";
        Assert.That(answer.ToString(), Is.EqualTo($"200\ncontent-length: {text.Length}\n{Json}\n\n{text}"));
        Assert.That(listed.Text, Does.Contain("\"doc\":" + document + "}"));
    }

    [Test]
    public async Task Documents_by_key_that_a_user_may_not_see_are_forbidden_also_when_deleted()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);
        var revision = (await emulated.Admin.PutAnswerAsync("db/a", """{"channels":"A"}""")).Revision;
        await emulated.Admin.PutAnswerAsync("db/b", """{"channels":"A"}""");
        await emulated.Admin.DeleteAnswerAsync($"db/b?rev={revision}");
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein","admin_channels":["B"]}""");

        var answer = await RawHttp.SendAsync(
            emulated.Gateway.PublicUrl, "POST /db/_all_docs\nAuthorization: Basic YW5uOmxldG1laW4=", """{"keys":["a","b","c"]}""");

        Assert.That(answer.Text, Does.StartWith(
            "{\"rows\":[\n{\"key\":\"a\",\"error\":\"forbidden\",\"status\":403}\n,{\"key\":\"b\",\"error\":\"forbidden\",\"status\":403}\n"
            + ",{\"key\":\"c\",\"error\":\"not_found\",\"status\":404}\n]"));
    }

    [Test]
    public async Task Revisions_that_are_missing_come_as_plain_text()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/b?new_edits=false", """{"_revisions":{"start":12,"ids":["abc"]}}""");

        var answer = await RawHttp.SendAsync(
            emulated.Gateway.AdminUrl, "POST /db/_revs_diff", """{"a":["1-a","odd"],"b":["13-def","2-c"],"c":["1-x"],"d":[],"b2":null}""");

        const string Text = "{\"a\":{\"missing\":[\"1-a\",\"odd\"]}\n,\n\"b\":{\"missing\":[\"13-def\",\"2-c\"],\"possible_ancestors\":[\"12-abc\"]}\n"
            + ",\n\"c\":{\"missing\":[\"1-x\"]}\n}";
        Assert.That(answer.ToString(), Is.EqualTo($"200\ncontent-length: {Text.Length}\ncontent-type: text/plain; charset=utf-8\n\n{Text}"));
    }

    [Test]
    public async Task All_open_revisions_come_in_the_order_in_which_they_were_written()
    {
        await using var emulated = await Emulated.StartAsync(allowConflicts: true);
        foreach (var digest in new[] { "b", "c", "a" })
        {
            await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", "{\"_revisions\":{\"start\":2,\"ids\":[\"" + digest + "\",\"x\"]}}");
        }

        var answer = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/d?open_revs=all\nAccept: application/json");

        const string Text = "[\n{\"ok\":{\"_id\":\"d\",\"_rev\":\"2-b\"}}\n,{\"ok\":{\"_id\":\"d\",\"_rev\":\"2-c\"}}\n,{\"ok\":{\"_id\":\"d\",\"_rev\":\"2-a\"}}\n]";
        Assert.That(answer.ToString(), Is.EqualTo($"200\ncontent-length: {Text.Length}\n{Json}\n\n{Text}"));
    }

    [Test]
    public async Task Empty_attachments_are_kept_as_written()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", """{"_attachments":{},"x":1}""");
        var written = (await emulated.Admin.GetAnswerAsync("db/d")).Text;
        var revision = (string)System.Text.Json.Nodes.JsonNode.Parse(written)!["_rev"]!;
        var open = await emulated.Admin.GetAnswerAsync($"db/d?open_revs=[\"{revision}\"]");
        var listed = await emulated.Admin.GetAnswerAsync("db/_all_docs?include_docs=true");
        var changes = await emulated.Admin.GetAnswerAsync("db/_changes?include_docs=true");
        await emulated.Admin.PutAnswerAsync($"db/d?rev={revision}", """{"x":2}""");

        Assert.That(written, Is.EqualTo($$"""{"_attachments":{},"_id":"d","_rev":"{{revision}}","x":1}"""));
        Assert.That(open.Text, Does.Contain("{\"ok\":{\"_id\":\"d\",\"_rev\":\"" + revision + "\",\"x\":1}}"));
        Assert.That(listed.Text, Does.Contain($"\"doc\":{{\"x\":1,\"_id\":\"d\",\"_rev\":\"{revision}\"}}"));
        Assert.That(changes.Text, Does.Contain("\"doc\":" + written + ","));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Text, Does.StartWith("""{"_id":"d","_rev":"2-"""));
    }
}
