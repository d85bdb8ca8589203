namespace OfflineActions.Tests.Emulators;

/// <summary>The <c>_local</c> documents that checkpoints live in.</summary>
public sealed class LocalDocumentTests
{
    [Test]
    public async Task A_local_document_has_counted_revisions_and_rejects_a_wrong_one()
    {
        await using var emulated = await Emulated.StartAsync();
        var client = emulated.Public;

        Assert.That((await client.GetAnswerAsync("db/_local/c")).Error, Is.EqualTo((404, "not_found", "missing")));
        Assert.That((await client.PutAnswerAsync("db/_local/c", """{"_rev":"0-1"}""")).Error, Is.EqualTo((404, "not_found", "No previous revision to replace")));
        Assert.That((await client.PutAnswerAsync("db/_local/c", """{"s":1}""")).Text, Is.EqualTo("""{"id":"_local/c","ok":true,"rev":"0-1"}"""));
        Assert.That((await client.PutAnswerAsync("db/_local/c", """{"s":2}""")).Error, Is.EqualTo((409, "conflict", "Document update conflict")));
        Assert.That((await client.PutAnswerAsync("db/_local/c?rev=0-1", """{"s":2}""")).Status, Is.EqualTo(409), "only the body's revision counts");
        Assert.That((await client.PutAnswerAsync("db/_local/c", """{"_rev":"0-1","s":2.0,"_x":3}""")).Revision, Is.EqualTo("0-2"));
        Assert.That((await client.GetAnswerAsync("db/_local/c")).Text, Is.EqualTo("""{"_id":"_local/c","_rev":"0-2","s":2.0}"""));
        Assert.That((await client.GetAnswerAsync("db/_local%2Fc")).Status, Is.EqualTo(200));
        Assert.That((await client.DeleteAnswerAsync("db/_local/c")).Status, Is.EqualTo(409));
        Assert.That((await client.DeleteAnswerAsync("db/_local/c?rev=0-2")) is { Status: 200, Text: "" }, Is.True);
        Assert.That((await client.DeleteAnswerAsync("db/_local/c?rev=0-2")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_local_document_is_in_no_feed_and_of_twenty_writers_one_wins()
    {
        await using var emulated = await Emulated.StartAsync();
        await emulated.Admin.PutAnswerAsync("db/_local/c", "{}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => emulated.Admin.PutAnswerAsync("db/_local/c", """{"_rev":"0-1"}""")));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/_changes")).Json["results"]!.AsArray(), Is.Empty);
    }
}
