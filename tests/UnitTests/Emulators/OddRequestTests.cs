namespace OfflineActions.Tests.Emulators;

/// <summary>Requests with odd options and names, of an administrator: the words of Sync Gateway, and which error comes first.</summary>
public sealed class OddRequestTests
{
    private const string NoDocumentIds = "Missing 'doc_ids' filter parameter";
    private const string OnlyNormal = "Filter '_doc_ids' is only valid for feed=normal replications";
    private const string OtherType = "Bad JSON: 415 Invalid content type text/plain - expected application/json";
    private const string NotPurged = "_purge document ID's must be passed as a JSON";
    private const string NoRedaction = "redact=false is no longer supported";
    private const string Enterprise = "replicator2 endpoints are only supported in EE";

    [TestCase("GET", "db/_changes?filter=_doc_ids&feed=longpoll", null, 400, OnlyNormal)]
    [TestCase("GET", "db/_changes?filter=_doc_ids&feed=nosuch", null, 400, OnlyNormal)]
    [TestCase("GET", "db/_changes?filter=nosuch&feed=nosuch", null, 400, "Unknown filter; try sync_gateway/bychannel or _doc_ids")]
    [TestCase("GET", "db/_changes?feed=nosuch", null, 400, "Unknown feed type")]
    [TestCase("GET", "db/_changes?filter=_doc_ids", null, 400, NoDocumentIds)]
    [TestCase("GET", "db/_changes?filter=_doc_ids&doc_ids=[]", null, 400, NoDocumentIds)]
    [TestCase("GET", "db/_changes?filter=_doc_ids&doc_ids=null", null, 400, NoDocumentIds)]
    [TestCase("POST", "db/_changes", """{"filter":"_doc_ids"}""", 400, NoDocumentIds)]
    [TestCase("POST", "db/_changes", """{"filter":"_doc_ids","doc_ids":[]}""", 400, "Empty doc_ids list")]
    [TestCase("GET", "db/_changes?filter=sync_gateway/bychannel&channels=", null, 400, "Missing 'channels' filter parameter")]
    [TestCase("GET", "db/_changes?filter=sync_gateway/bychannel&channels=A,,B", null, 400, "Illegal channel name \"\"")]
    [TestCase("POST", "db/_changes", """{"filter":"sync_gateway/bychannel","channels":","}""", 400, "Illegal channel name \"\"")]
    [TestCase("POST", "db/_purge", "{", 400, NotPurged)]
    [TestCase("POST", "db/_purge", "[]", 400, NotPurged)]
    [TestCase("GET", "db/_config?redact=false", null, 400, NoRedaction)]
    [TestCase("GET", "_config?redact=false", null, 400, NoRedaction)]
    [TestCase("POST", "db/_session", """{"name":"a:b"}""", 400, "Invalid or missing user name")]
    [TestCase("POST", "db/_session", """{"name":"GUEST"}""", 400, "Invalid or missing user name")]
    [TestCase("POST", "db/_session", """{"name":"worker","ttl":-1}""", 400, "Invalid or missing ttl")]
    [TestCase("GET", "db/d?replicator2=true", null, 501, Enterprise)]
    [TestCase("PUT", "db/d?replicator2=true", "{", 501, Enterprise)]
    [TestCase("POST", "db/_all_docs", """{"keys":[null]}""", 400, "Bad/missing keys")]
    [TestCase("POST", "db/_all_docs", """{"keys":"d"}""", 400, "Bad/missing keys")]
    [TestCase("GET", "db/_all_docs?keys={}", null, 400, "Bad keys")]
    [TestCase("POST", "db/_bulk_get", """{"docs":{}}""", 400, "missing 'docs' property")]
    [TestCase("POST", "db/_bulk_docs", "null", 400, "missing 'docs' property")]
    [TestCase("PUT", "db/q?new_edits=false", """{"_revisions":{"start":1}}""", 400, "Bad _revisions")]
    [TestCase("PUT", "db/_user/u", """{"name":"v","password":"letmein"}""", 400, "Name mismatch (can't change name)")]
    public async Task An_error_has_the_words_of_Sync_Gateway(string method, string path, string? body, int status, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync(method, path, body);

        Assert.That(answer.Error, Is.EqualTo((status, status == 501 ? "Not Implemented" : "Bad Request", reason)));
    }

    [TestCase("POST", "db/_bulk_docs")]
    [TestCase("POST", "db/_bulk_get")]
    [TestCase("POST", "db/_revs_diff")]
    [TestCase("POST", "db/_all_docs")]
    [TestCase("POST", "db/_session")]
    [TestCase("PUT", "db/_local/x")]
    [TestCase("PUT", "db/_design/x")]
    public async Task JSON_of_another_content_type_is_bad_JSON_except_for_documents(string method, string path)
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await SendAsync(method, path)).Error, Is.EqualTo((400, "Bad Request", OtherType)));
        Assert.That((await SendAsync("PUT", "db/d")).Error, Is.EqualTo((415, "Unsupported Media Type", "Invalid content type text/plain")));
        Assert.That((await SendAsync("PUT", "db/_user/u")).Error, Is.EqualTo((400, "Bad Request", "Error creating user: Empty passwords are not allowed ")));

        Task<Wire.Answer> SendAsync(string how, string to) =>
            emulated.Admin.SendForAnswerAsync(how, to, "{}", request => request.Content!.Headers.ContentType = new("text/plain"));
    }

    /// <summary>A text in JSON is a channel like any other; in a list of ids it is a list.</summary>
    [Test]
    public async Task Channels_in_a_query_are_never_JSON()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/a", """{"channels":["A"]}""");
        await emulated.Admin.PutAnswerAsync("db/b", """{"channels":["[\"A\"]"]}""");

        Assert.That(await IdsAsync("""filter=sync_gateway/bychannel&channels=["A"]"""), Is.EqualTo(["b"]));
        Assert.That(await IdsAsync("filter=sync_gateway/bychannel&channels=A,X"), Is.EqualTo(["a"]));
        Assert.That(await IdsAsync("""filter=_doc_ids&doc_ids=["a"]"""), Is.EqualTo(["a"]));
        Assert.That(await IdsAsync("filter=_doc_ids&doc_ids=b,a"), Is.EqualTo(["a", "b"]));

        async Task<IEnumerable<string>> IdsAsync(string query) =>
            (await emulated.Admin.GetAnswerAsync("db/_changes?" + query)).Json["results"]!.AsArray().Select(row => (string)row!["id"]!);
    }

    [Test]
    public async Task An_offline_database_does_not_tell_its_sequence()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        await emulated.Admin.PostAnswerAsync("db/_offline", "");

        var offline = (await emulated.Admin.GetAnswerAsync("db/")).Json;
        var status = (await emulated.Admin.GetAnswerAsync("_status")).Json["databases"]!["db"]!;
        await emulated.Admin.PostAnswerAsync("db/_online", "");

        Assert.That(((string?)offline["state"], (int)offline["update_seq"]!, (int)offline["committed_update_seq"]!), Is.EqualTo(("Offline", 0, 0)));
        Assert.That(((string?)status["state"], (int)status["seq"]!), Is.EqualTo(("Offline", 0)));
        Assert.That((int)(await emulated.Admin.GetAnswerAsync("db/")).Json["update_seq"]!, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_revision_tree_is_text_for_who_accepts_it()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        var text = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_revtree/d\nAccept: text/plain");
        var json = await RawHttp.SendAsync(emulated.Gateway.AdminUrl, "GET /db/_revtree/d\nAccept: application/json");

        Assert.That(text.ToString(), Is.EqualTo("200\ncontent-length: 19\ncontent-type: text/plain; charset=UTF-8\n\ndigraph graphname{}"));
        Assert.That((json.Status, json.Text), Is.EqualTo((406, """{"error":"Not Acceptable","reason":"only text/plain available"}""")));
    }

    [Test]
    public async Task A_configuration_can_be_shown_without_its_JavaScript()
    {
        await using var emulated = await Emulated.StartAsync(
            [new() { Url = "http://127.0.0.1:1/", Filter = "function(doc) { return true; }" }], sync: "function(doc) { channel('A'); }");

        var whole = (await emulated.Admin.GetAnswerAsync("db/_config")).Json;
        var without = (await emulated.Admin.GetAnswerAsync("db/_config?include_javascript=false")).Json;

        Assert.That(new[] { whole["sync"], whole["event_handlers"]!["document_changed"]![0]!["filter"] }, Is.All.Not.Null);
        Assert.That(new[] { without["sync"], without["event_handlers"]!["document_changed"]![0]!["filter"] }, Is.All.Null);
        Assert.That((string?)without["event_handlers"]!["document_changed"]![0]!["url"], Is.EqualTo("http://127.0.0.1:1/"));
    }

    /// <summary>Unlike ids of documents, these names are unescaped once, and not at all with an escaped slash.</summary>
    [Test]
    public async Task Names_of_users_and_roles_are_unescaped_once()
    {
        await using var emulated = await Emulated.StartAsync();
        (string Path, int Status)[] users = [("_user/a%2525", 201), ("_user/b%2Fc", 201), ("_user/d+e", 201), ("_user/f%20g", 201), ("_user/h%3Ai", 400)];
        foreach (var (path, status) in users)
        {
            Assert.That((await emulated.Admin.PutAnswerAsync("db/" + path, """{"password":"letmein"}""")).Status, Is.EqualTo(status), path);
        }

        Assert.That((await emulated.Admin.PutAnswerAsync("db/_role/r%2525", "{}")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_user/")).Text, Is.EqualTo("""["a%25","b%2Fc","d+e","f g","worker"]"""));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_user/b%2Fc")).Json["name"]!.ToString(), Is.EqualTo("b%2Fc"));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_role/")).Text, Is.EqualTo("""["r%25"]"""));
        Assert.That((await emulated.Admin.DeleteAnswerAsync("db/_user/a%2525")).Status, Is.EqualTo(200));
    }
}
