using Microsoft.Extensions.Time.Testing;

namespace OfflineActions.Tests.Emulators;

/// <summary>Revision histories, branches and pruning.</summary>
public sealed class RevisionTreeTests
{
    [Test]
    public async Task A_replicated_revision_keeps_its_id_and_is_stored_once()
    {
        await using var emulated = await Emulated.StartAsync();
        const string Body = """{"x":1,"_revisions":{"start":3,"ids":["c","b"]}}""";

        var first = await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", Body);
        var again = await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", Body);
        var next = await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", """{"x":2,"_revisions":{"start":5,"ids":["e","d","c"]}}""");

        Assert.That((first.Status, first.Revision, again.Status), Is.EqualTo((201, "3-c", 201)));
        Assert.That(next.Revision, Is.EqualTo("5-e"));
        Assert.That(emulated.Gateway.Stats.Writes, Is.EqualTo(2));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d?revs=true")).Json["_revisions"]!.ToJsonString(), Is.EqualTo("""{"ids":["e","d","c","b"],"start":5}"""));
    }

    [Test]
    public async Task A_second_live_branch_is_a_conflict_unless_conflicts_are_allowed()
    {
        await using var strict = await Emulated.StartAsync();
        await using var loose = await Emulated.StartAsync(allowConflicts: true);
        foreach (var emulated in new[] { strict, loose })
        {
            await emulated.Admin.PutAnswerAsync("db/d?new_edits=false", """{"from":"b","_revisions":{"start":2,"ids":["b","a"]}}""");
        }

        const string Branch = """{"from":"c","_revisions":{"start":2,"ids":["c","a"]}}""";
        Assert.That((await strict.Admin.PutAnswerAsync("db/d?new_edits=false", Branch)).Error, Is.EqualTo((409, "conflict", "Document revision conflict")));
        Assert.That((await loose.Admin.PutAnswerAsync("db/d?new_edits=false", Branch)).Status, Is.EqualTo(201));

        Assert.That((string)(await loose.Admin.GetAnswerAsync("db/d")).Json["from"]!, Is.EqualTo("c"), "the greater digest wins");
        await loose.Admin.DeleteAnswerAsync("db/d?rev=2-c");
        Assert.That((string)(await loose.Admin.GetAnswerAsync("db/d")).Json["from"]!, Is.EqualTo("b"), "a live leaf wins over a tombstone");
        var leaves = (await loose.Admin.GetAnswerAsync("db/_changes?style=all_docs")).Json["results"]![0]!["changes"]!.AsArray();
        Assert.That(leaves, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_document_written_after_a_purge_has_nothing_of_the_purged_one()
    {
        var clock = new FakeTimeProvider();
        await using var emulated = await Emulated.StartAsync(clock: clock);
        var purged = (await emulated.Admin.PutAnswerAsync("db/d", """{"n":1,"_attachments":{"a":{"data":"aGk="}}}""")).Revision;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={purged}", """{"n":2}""");
        await emulated.Admin.PostAnswerAsync("db/_purge", """{"d":["*"]}""");
        Assert.That((await emulated.Admin.GetAnswerAsync($"db/d?rev={purged}")).Error, Is.EqualTo((404, "not_found", "missing")));

        var again = (await emulated.Admin.PutAnswerAsync("db/d", """{"n":1}""")).Revision;
        clock.Advance(TimeSpan.FromMinutes(6));
        var other = (await emulated.Admin.PutAnswerAsync("db/other", "{}")).Revision;
        await emulated.Admin.PutAnswerAsync($"db/other?rev={other}", "{}");

        Assert.That(again, Is.EqualTo(purged), "the same content");
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d")).Text, Is.EqualTo($$"""{"_id":"d","_rev":"{{again}}","n":1}"""));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d?revs=true")).Json["_revisions"]!["ids"]!.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d/a")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task At_most_fifty_revisions_of_a_branch_are_kept()
    {
        await using var emulated = await Emulated.StartAsync();
        var revision = (await emulated.Admin.PutAnswerAsync("db/d", "{}")).Revision;
        for (var n = 2; n <= 60; n++)
        {
            revision = (await emulated.Admin.PutAnswerAsync($"db/d?rev={revision}", "{}")).Revision;
        }

        var history = (await emulated.Admin.GetAnswerAsync("db/d?revs=true")).Json["_revisions"]!;

        Assert.That((int)history["start"]!, Is.EqualTo(60));
        Assert.That(history["ids"]!.AsArray(), Has.Count.EqualTo(50));
    }

    [Test]
    public async Task A_replaced_body_can_be_read_by_its_revision_for_a_while()
    {
        await using var emulated = await Emulated.StartAsync();
        var revision = (await emulated.Admin.PutAnswerAsync("db/d", """{"x":1}""")).Revision;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={revision}", """{"x":2}""");

        Assert.That((int)(await emulated.Admin.GetAnswerAsync($"db/d?rev={revision}")).Json["x"]!, Is.EqualTo(1));
    }
}
