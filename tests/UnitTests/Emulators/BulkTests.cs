namespace OfflineActions.Tests.Emulators;

/// <summary>Bulk reads and writes.</summary>
public sealed class BulkTests
{
    [Test]
    public async Task Every_document_has_a_row_and_a_conflict_affects_no_other()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/old", "{}");

        var answer = await emulated.Admin.PostAnswerAsync("db/_bulk_docs", """{"docs":[{"_id":"_local/c"},{"_id":"new","foo":"bar"},{"_id":"old","x":1}]}""");

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(answer.Text, Is.EqualTo(
            """[{"id":"new","rev":"1-cd809becc169215072fd567eebd8b8de"},{"error":"conflict","id":"old","reason":"Document exists","status":409},{"id":"_local/c","rev":"0-1"}]"""));
    }

    [Test]
    public async Task Replicated_documents_are_written_with_their_history()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Docs = """{"new_edits":false,"docs":[{"_id":"b","_revisions":{"start":12,"ids":["abc","x"]}},{"_id":"bad"}]}""";

        var first = await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Docs);
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Docs);

        Assert.That(first.Text, Is.EqualTo("""[{"id":"b","rev":"12-abc"},{"error":"bad_request","id":"bad","reason":"Bad _revisions","status":400}]"""));
        Assert.That(emulated.Gateway.Stats.Writes, Is.EqualTo(1));
        Assert.That((await emulated.Admin.PostAnswerAsync("db/_bulk_docs", "{}")).Error, Is.EqualTo((400, "Bad Request", "missing 'docs' property")));
    }

    [Test]
    public async Task A_replicated_revision_without_history_has_no_known_ancestors()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Docs = """
            {"new_edits":false,"docs":[
              {"_id":"a","_rev":"3-x","n":1},
              {"_id":"b","_rev":"1-y","_conflicts":["1-x"]},
              {"_id":"malformed","_rev":"x"},
              {"_id":"zero","_rev":"0-x"},
              {"_id":"none"},
              {"_id":"null","_rev":"1-x","_revisions":null},
              {"_rev":"1-x"}]}
            """;

        var answer = await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Docs);

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(answer.Text, Is.EqualTo(
            """[{"id":"a","rev":"3-x"},{"id":"b","rev":"1-y"},"""
            + string.Concat(new[] { "malformed", "zero", "none", "null" }.Select(id => $$"""{"error":"bad_request","id":"{{id}}","reason":"Bad _revisions","status":400},"""))
            + """{"error":"bad_request","reason":"Invalid doc ID","status":400}]"""));
        Assert.That(
            (await emulated.Admin.GetAnswerAsync("db/a?revs=true")).Text,
            Is.EqualTo("""{"_id":"a","_rev":"3-x","_revisions":{"ids":["x"],"start":3},"n":1}"""));
        Assert.That(
            (await emulated.Admin.GetAnswerAsync("db/b")).Text, Is.EqualTo("""{"_conflicts":["1-x"],"_id":"b","_rev":"1-y"}"""));
        Assert.That(emulated.Gateway.Stats.Writes, Is.EqualTo(2));
    }

    [Test]
    public async Task Writing_a_replicated_revision_again_changes_nothing()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Docs = """{"new_edits":false,"docs":[{"_id":"a","_rev":"1-x","n":1}]}""";
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Docs);

        var again = await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Docs.Replace("\"n\":1", "\"n\":2", StringComparison.Ordinal));
        var single = await emulated.Admin.PutAnswerAsync("db/a?new_edits=false", """{"_rev":"1-x","n":3}""");

        Assert.That(again.Text, Is.EqualTo("""[{"id":"a","rev":"1-x"}]"""));
        Assert.That((single.Status, single.Text), Is.EqualTo((201, """{"id":"a","ok":true,"rev":"1-x"}""")));
        Assert.That((int)(await emulated.Admin.GetAnswerAsync("db/a")).Json["n"]!, Is.EqualTo(1));
        Assert.That(emulated.Gateway.Stats.Writes, Is.EqualTo(1));
    }

    [Test]
    public async Task A_second_branch_without_history_needs_conflicts_to_be_allowed([Values] bool allowed)
    {
        await using var emulated = await Emulated.StartAsync(allowConflicts: allowed);

        var answer = await emulated.Admin.PostAnswerAsync(
            "db/_bulk_docs", """{"new_edits":false,"docs":[{"_id":"a","_rev":"1-x"},{"_id":"a","_rev":"1-y"},{"_id":"c","_rev":"1-z"}]}""");

        Assert.That(answer.Text, Is.EqualTo(allowed
            ? """[{"id":"a","rev":"1-x"},{"id":"a","rev":"1-y"},{"id":"c","rev":"1-z"}]"""
            : """[{"id":"a","rev":"1-x"},{"error":"conflict","id":"a","reason":"Document revision conflict","status":409},{"id":"c","rev":"1-z"}]"""));
        Assert.That((string)(await emulated.Admin.GetAnswerAsync("db/a")).Json["_rev"]!, Is.EqualTo(allowed ? "1-y" : "1-x"));
    }

    [Test]
    public async Task Each_document_of_a_batch_that_cannot_be_written_has_its_error_and_the_others_are_written()
    {
        await using var emulated = await Emulated.StartAsync(sync: "function(doc) { if (doc.secret) throw({forbidden: 'no secrets'}); channel('c'); }");
        await emulated.Public.PutAnswerAsync("db/taken", "{}");
        var docs = """
            [{"_id":"first"},{"_id":"taken"},{"_id":"secret","secret":true},{"_id":"_odd"},{"_id":"stale","_rev":"1-abc"},
            {"_id":"rev","_rev":"x"},{"_id":"purged","_purged":true},{"_id":"stub","_attachments":{"a":{"stub":true}}},{"_id":"last"}]
            """;

        var answer = await emulated.Public.PostAnswerAsync("db/_bulk_docs", $$"""{"docs":{{docs}}}""");

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(answer.Json.AsArray().Select(row => ((string?)row!["id"], (int?)row["status"], (string?)row["error"], (string?)row["reason"])), Is.EqualTo(new[]
        {
            ("first", null, null, null),
            ("taken", 409, "conflict", "Document exists"),
            ("secret", 403, "forbidden", "no secrets"),
            ("_odd", 400, "bad_request", "Invalid doc ID"),
            ("stale", 409, "conflict", "Document revision conflict"),
            ("rev", 400, "bad_request", "Invalid revision ID"),
            ("purged", 400, "bad_request", "user defined top-level property '_purged' is not allowed in document body"),
            ("stub", 400, "bad_request", "Missing digest in stub attachment \"a\""),
            ("last", (int?)null, (string?)null, (string?)null),
        }));
        Assert.That((await emulated.Public.GetAnswerAsync("db/_all_docs")).Json["rows"]!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["first", "last", "taken"]));
    }

    [Test]
    public async Task Missing_revisions_are_returned_with_possible_ancestors()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/b?new_edits=false", """{"_revisions":{"start":12,"ids":["abc"]}}""");

        var answer = await emulated.Admin.PostAnswerAsync("db/_revs_diff", """{"b":["13-def"],"b2":["1-a"],"b3":[]}""");
        var known = await emulated.Admin.PostAnswerAsync("db/_revs_diff", """{"b":["13-def","12-abc"]}""");

        Assert.That(answer.Text, Is.EqualTo("{\"b\":{\"missing\":[\"13-def\"],\"possible_ancestors\":[\"12-abc\"]}\n,\n\"b2\":{\"missing\":[\"1-a\"]}\n}"));
        Assert.That(known.Text, Is.EqualTo("{\"b\":{\"missing\":[\"13-def\"]}\n}"), "the client has that one");
    }

    [Test]
    public async Task All_documents_are_listed_by_id_without_the_deleted()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", """{"docs":[{"_id":"c"},{"_id":"a","n":1.0},{"_id":"b"},{"_id":"gone","_deleted":true}]}""");

        var all = (await emulated.Admin.GetAnswerAsync("db/_all_docs")).Json;
        var some = (await emulated.Admin.GetAnswerAsync("db/_all_docs?startkey=\"b\"&limit=1&include_docs=true")).Json["rows"]!.AsArray();
        var listed = (await emulated.Admin.PostAnswerAsync("db/_all_docs", """{"keys":["b","nope"]}""")).Json["rows"]!.AsArray();

        Assert.That(all["rows"]!.AsArray().Select(row => (string)row!["id"]!), Is.EqualTo(["a", "b", "c"]));
        Assert.That((int)all["total_rows"]!, Is.EqualTo(3));
        Assert.That(some.Single()!["doc"]!["_id"]!.ToString(), Is.EqualTo("b"));
        Assert.That((string)listed[1]!["error"]!, Is.EqualTo("not_found"));
    }
}
