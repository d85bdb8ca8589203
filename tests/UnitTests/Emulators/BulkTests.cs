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
    public async Task Missing_revisions_are_returned_with_possible_ancestors()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/b?new_edits=false", """{"_revisions":{"start":12,"ids":["abc"]}}""");

        var answer = await emulated.Admin.PostAnswerAsync("db/_revs_diff", """{"b":["13-def","12-abc"],"b2":["1-a"],"b3":[]}""");

        Assert.That(answer.Text, Is.EqualTo("{\"b\":{\"missing\":[\"13-def\"],\"possible_ancestors\":[\"12-abc\"]}\n,\n\"b2\":{\"missing\":[\"1-a\"]}\n}"));
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
