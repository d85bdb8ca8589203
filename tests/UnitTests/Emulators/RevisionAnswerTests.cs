namespace OfflineActions.Tests.Emulators;

/// <summary>Which revision a request means, and what a real Sync Gateway 3.1.2 answers when it means none.</summary>
public sealed class RevisionAnswerTests
{
    private const string First = "1-cd809becc169215072fd567eebd8b8de";
    private const string Unquoted = "Internal error: ETag value is not quoted when trying to read the value";

    [TestCase("db/d?rev=malformed")]
    [TestCase("db/d?rev=0-x")]
    [TestCase("db/d?rev=1-")]
    [TestCase("db/d?rev=-")]
    [TestCase("db/d/a?rev=malformed")]
    [TestCase("db/none?rev=malformed")]
    public async Task A_read_of_a_malformed_revision_is_answered_like_one_that_does_not_exist(string path)
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.GetAnswerAsync(path);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((404, """{"error":"not_found","reason":"missing"}""")));
    }

    [TestCase("open_revs=[\"x\"]", 200, "[\n{\"missing\":\"x\"}\n]")]
    [TestCase("open_revs=null", 200, "[\n]")]
    [TestCase("open_revs=[1]", 400, """{"error":"Bad Request","reason":"bad open_revs"}""")]
    [TestCase("open_revs=x", 400, """{"error":"Bad Request","reason":"bad open_revs"}""")]
    [TestCase("atts_since=x", 400, """{"error":"Bad Request","reason":"atts_since URL param is not a JSON string array"}""")]
    [TestCase("atts_since=x&revs_from={}", 400, """{"error":"Bad Request","reason":"revs_from URL param is not a JSON string array"}""")]
    public async Task Lists_of_revisions_in_a_query_have_their_own_errors(string query, int status, string text)
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.GetAnswerAsync("db/d?" + query);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((status, text)));
    }

    [Test]
    public async Task A_malformed_revision_is_missing_in_a_difference_and_in_a_bulk_read()
    {
        await using var emulated = await StartAsync();

        var difference = await emulated.Admin.PostAnswerAsync("db/_revs_diff", """{"d":["x","1-","0-1"]}""");
        var bulk = await emulated.Admin.SendForAnswerAsync("POST", "db/_bulk_get", """{"docs":[{"id":"d","rev":"x"}]}""", request =>
        {
            request.Headers.Accept.Clear();
            request.Headers.Accept.ParseAdd("multipart/mixed");
        });

        Assert.That(difference.Json["d"]!["missing"]!.ToJsonString(), Is.EqualTo("""["x","1-","0-1"]"""));
        Assert.That(bulk.Text, Does.Contain("""{"error":"not_found","id":"d","reason":"missing","rev":"x","status":404}"""));
    }

    [TestCase("PUT", "db/d?rev=x", 400, "Bad Request", "Invalid revision ID")]
    [TestCase("PUT", "db/d?rev=-1-x", 400, "Bad Request", "Invalid revision ID")]
    [TestCase("PUT", "db/d?rev=1-", 409, "conflict", "Document revision conflict")]
    [TestCase("DELETE", "db/d?rev=x", 400, "Bad Request", "Invalid revision ID")]
    [TestCase("DELETE", "db/50%25?rev=x", 400, "Bad Request", "Invalid revision ID")]
    [TestCase("DELETE", "db/50%25", 400, "Bad Request", "Invalid doc ID")]
    [TestCase("PUT", "db/d/a?rev=x", 400, "Bad Request", "Invalid revision ID")]
    [TestCase("PUT", "db/50%25/a?rev=x", 400, "Bad Request", "Invalid doc ID")]
    [TestCase("PUT", "db/d/a", 409, "conflict", "Cannot modify attachments without a specific rev ID")]
    [TestCase("DELETE", "db/d/a", 409, "conflict", "Cannot modify attachments without a specific rev ID")]
    [TestCase("DELETE", "db/d/a?rev=x", 409, "conflict", "Incorrect revision ID specified")]
    [TestCase("DELETE", "db/none/a?rev=1-a", 404, "not_found", "Document specified is not found")]
    [TestCase("DELETE", "db/gone/a", 404, "not_found", "Document specified is not found")]
    [TestCase("DELETE", "db/gone/a?rev=1-a", 409, "conflict", "Incorrect revision ID specified")]
    [TestCase("DELETE", "db/50%25/a?rev=1-a", 400, "Bad Request", "Invalid doc ID")]
    [TestCase("GET", "db/50%25/a", 400, "Bad Request", "Invalid doc ID")]
    [TestCase("GET", "db/50%25?open_revs=[\"1-a\"]", 400, "Bad Request", "Invalid doc ID", TestName = "Where_a_real_one_panics_the_id_is_reported")]
    public async Task A_write_with_a_malformed_id_or_revision_says_so(string method, string path, int status, string error, string reason)
    {
        await using var emulated = await StartAsync();
        await emulated.Admin.DeleteAnswerAsync("db/gone");

        var answer = await emulated.Admin.SendForAnswerAsync(method, path, method == "PUT" ? "{}" : null);

        Assert.That(answer.Error, Is.EqualTo((status, error, reason)));
    }

    [TestCase("DELETE", "db/d")]
    [TestCase("PUT", "db/d/a")]
    [TestCase("DELETE", "db/d/a")]
    public async Task An_If_Match_without_quotes_is_an_internal_error_except_for_a_document(string method, string path)
    {
        await using var emulated = await StartAsync();

        var bare = await SendAsync(emulated, method, path, First);
        var overruled = await SendAsync(emulated, method, path + "?rev=1-x", First);
        var empty = await SendAsync(emulated, method, path, "\"\"");
        var weak = await SendAsync(emulated, method, path, $"W/\"{First}\"");

        Assert.That(bare.Error, Is.EqualTo((500, "Internal Server Error", Unquoted)));
        Assert.That((overruled.Status, empty.Status), Is.EqualTo((409, 409)));
        Assert.That(weak.Status, Is.EqualTo(path == "db/d/a" && method == "DELETE" ? 409 : 400));
    }

    [Test]
    public async Task An_If_Match_with_quotes_is_the_revision_for_every_method()
    {
        await using var emulated = await StartAsync();

        var put = await SendAsync(emulated, "PUT", "db/d", $"\"{First}\"");
        var attached = await SendAsync(emulated, "PUT", "db/d/a", $"\"{put.Revision}\"");
        var detached = await SendAsync(emulated, "DELETE", "db/d/a", $"\"{attached.Revision}\"");
        var deleted = await SendAsync(emulated, "DELETE", "db/d", $"\"{detached.Revision}\"");

        Assert.That((put.Status, attached.Status, detached.Status, deleted.Status), Is.EqualTo((201, 201, 200, 200)));
    }

    [TestCase("db/d?rev=1-cd809becc169215072fd567eebd8b8de", """{"_rev":null}""", 201, null)]
    [TestCase("db/d?rev=1-cd809becc169215072fd567eebd8b8de", """{"_rev":"1-cd809becc169215072fd567eebd8b8de"}""", 201, null)]
    [TestCase("db/d?rev=1-cd809becc169215072fd567eebd8b8de", """{"_rev":""}""", 400, "Revision IDs provided do not match")]
    [TestCase("db/d?rev=1-cd809becc169215072fd567eebd8b8de", """{"_rev":7}""", 400, "Revision IDs provided do not match")]
    [TestCase("db/d", """{"_rev":7}""", 409, "Document exists")]
    [TestCase("db/d", """{"_rev":""}""", 409, "Document exists")]
    [TestCase("db/d?rev=x", """{"_purged":true}""", 400, "Invalid revision ID")]
    [TestCase("db/d", """{"_removed":true}""", 409, "Document exists")]
    [TestCase("db/d", """{"_sync":{}}""", 400, "document-top level property '_sync' is a reserved internal property")]
    [TestCase("db/new", """{"_removed":null}""", 201, null)]
    [TestCase("db/50%25", """{"_sync":{}}""", 400, "document-top level property '_sync' is a reserved internal property")]
    [TestCase("db/50%25", """{"_id":"x"}""", 400, "The document ID provided in the body does not match the document ID in the path")]
    public async Task Query_and_body_may_differ_only_when_the_body_has_no_revision(string path, string body, int status, string? reason)
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync(path, body);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(reason is null ? null : answer.Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task A_header_that_differs_from_the_body_is_refused()
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.SendForAnswerAsync(
            "PUT", "db/d", $$"""{"_rev":"{{First}}"}""", request => request.Headers.TryAddWithoutValidation("If-Match", "\"1-other\""));

        Assert.That(answer.Error, Is.EqualTo((400, "Bad Request", "Revision IDs provided do not match")));
    }

    [TestCase("""{"_rev":"3-abc","x":1}""", 201, """{"id":"n","ok":true,"rev":"3-abc"}""")]
    [TestCase("""{"_rev":"3-","x":1}""", 201, """{"id":"n","ok":true,"rev":"3-"}""")]
    [TestCase("""{"_rev":"3","x":1}""", 400, """{"error":"Bad Request","reason":"Invalid revision ID"}""")]
    [TestCase("""{"_rev":"x"}""", 400, """{"error":"Bad Request","reason":"Bad _revisions"}""")]
    [TestCase("""{"_rev":7}""", 400, """{"error":"Bad Request","reason":"Bad _revisions"}""")]
    [TestCase("{}", 400, """{"error":"Bad Request","reason":"Bad _revisions"}""")]
    [TestCase("""{"_rev":"3-abc","_revisions":null}""", 400, """{"error":"Bad Request","reason":"Bad _revisions"}""")]
    [TestCase("""{"_rev":"3-abc","_exp":"soon"}""", 201, """{"id":"n","ok":true,"rev":"3-abc"}""")]
    public async Task A_replicated_document_without_history_has_its_revision_as_history(string body, int status, string text)
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/n?new_edits=false", body);

        Assert.That((answer.Status, answer.Text), Is.EqualTo((status, text)));
    }

    [TestCase("""{"_id":""}""", 400, "Bad Request", "Invalid doc ID")]
    [TestCase("""{"_id":"_x"}""", 400, "Bad Request", "Invalid doc ID")]
    [TestCase("""{"_id":"","_rev":"1-a"}""", 404, "not_found", "No previous revision to replace")]
    public async Task A_posted_document_with_an_invalid_id_is_rejected(string body, int status, string error, string reason)
    {
        await using var emulated = await StartAsync();

        Assert.That((await emulated.Admin.PostAnswerAsync("db/", body)).Error, Is.EqualTo((status, error, reason)));
    }

    [TestCase("""{"_id":7}""")]
    [TestCase("""{"_id":null,"_rev":null}""")]
    public async Task A_posted_document_whose_id_is_no_text_gets_an_id(string body)
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.PostAnswerAsync("db/", body);

        Assert.That((answer.Status, ((string)answer.Json["id"]!).Length), Is.EqualTo((200, 32)));
    }

    [Test]
    public async Task A_bulk_write_answers_each_invalid_id_and_revision_in_its_row()
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.PostAnswerAsync("db/_bulk_docs", """{"docs":[{"_id":""},{"_rev":"1-a"},{"_id":"_x"},{"_id":"e","_rev":"x"},{"_id":"f","_attachments":{"a":{"data":"!"}}}]}""");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((201, "["
            + """{"error":"bad_request","reason":"Invalid doc ID","status":400},"""
            + """{"error":"not_found","reason":"No previous revision to replace","status":404},"""
            + """{"error":"bad_request","id":"_x","reason":"Invalid doc ID","status":400},"""
            + """{"error":"bad_request","id":"e","reason":"Invalid revision ID","status":400},"""
            + """{"error":"500","id":"f","reason":"Internal error: illegal base64 data at input byte 0","status":500}]""")));
    }

    [Test]
    public async Task Listed_keys_that_are_no_ids_are_bad_requests()
    {
        await using var emulated = await StartAsync();

        var posted = await emulated.Admin.PostAnswerAsync("db/_all_docs", """{"keys":["_x","","none"]}""");
        var bad = await emulated.Admin.GetAnswerAsync("db/_all_docs?keys=x");

        Assert.That(posted.Text, Does.StartWith("{\"rows\":[\n"
            + "{\"key\":\"_x\",\"error\":\"bad_request\",\"status\":400}\n"
            + ",{\"key\":\"\",\"error\":\"bad_request\",\"status\":400}\n"
            + ",{\"key\":\"none\",\"error\":\"not_found\",\"status\":404}\n]"));
        Assert.That(bad.Error, Is.EqualTo((400, "Bad Request", "Bad keys")));
    }

    [Test]
    public async Task A_local_document_may_have_any_id_even_none()
    {
        await using var emulated = await StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("db/_local/50%25", "{}");

        Assert.That((answer.Status, answer.Text), Is.EqualTo((201, """{"id":"_local/","ok":true,"rev":"0-1"}""")));
    }

    [Test]
    public async Task Text_of_clients_that_no_header_can_hold_is_answered_all_the_same()
    {
        await using var emulated = await StartAsync();
        const string Odd = """{"_rev":"1-é\n","_attachments":{"a":{"data":"aGk=","content_type":"a/b\r\nc\u007f","encoding":"é"}}}""";

        var replicated = await emulated.Admin.PutAnswerAsync("db/odd?new_edits=false", Odd);
        var read = await emulated.Admin.GetAnswerAsync("db/odd");
        var updated = await emulated.Admin.PutAnswerAsync("db/odd", Odd.Replace("aGk=", "aG8=", StringComparison.Ordinal));
        var attachment = await emulated.Admin.GetAnswerAsync("db/odd/a");
        var posted = await emulated.Admin.PostAnswerAsync("db/", """{"_id":"a/b\u007f é"}""");
        var plain = await emulated.Admin.PostAnswerAsync("db/", """{"_id":"a/b \"c"}""");

        Assert.That((replicated.Status, read.Status, updated.Status, attachment.Text), Is.EqualTo((201, 200, 201, "ho")));
        Assert.That(read.Headers.NonValidated["ETag"], Is.EqualTo(["\"1-? \""]));
        Assert.That(attachment.ContentHeaders.NonValidated["Content-Type"].ToString().TrimEnd(), Is.EqualTo("a/b  c"));
        Assert.That(posted.Headers.NonValidated["Location"], Is.EqualTo(["a%2Fb%7F%20%C3%A9"]));
        Assert.That(plain.Headers.NonValidated["Location"], Is.EqualTo(["a/b \"c"]));
    }

    private static Task<Wire.Answer> SendAsync(Emulated emulated, string method, string path, string match) =>
        emulated.Admin.SendForAnswerAsync(
            method, path, method == "PUT" ? "{}" : null, request => request.Headers.TryAddWithoutValidation("If-Match", match));

    private static async Task<Emulated> StartAsync()
    {
        var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/d", """{"foo":"bar"}""");
        return emulated;
    }
}
