using System.Globalization;
using Microsoft.Extensions.Time.Testing;

namespace OfflineActions.Tests.Emulators;

/// <summary><c>_compact</c>, which without Couchbase Server has nothing to purge.</summary>
public sealed class CompactionTests
{
    [Test]
    public async Task Compaction_starts_and_is_completed_at_once()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-04T05:06:07.1250Z", CultureInfo.InvariantCulture));
        await using var emulated = await Emulated.StartAsync(clock: clock);

        var never = await emulated.Admin.GetAnswerAsync("db/_compact");
        var started = await emulated.Admin.PostAnswerAsync("db/_compact", "");
        var status = await emulated.Admin.GetAnswerAsync("db/_compact?type=tombstone");

        Assert.That((never.Status, never.Text), Is.EqualTo((200, """{"status":"completed","start_time":"0001-01-01T00:00:00Z","last_error":"","docs_purged":0}""")));
        Assert.That((started.Status, started.Text), Is.EqualTo((200, """{"status":"running","start_time":"2026-03-04T05:06:07.125Z","last_error":"","docs_purged":0}""")));
        Assert.That(status.Text, Is.EqualTo("""{"status":"completed","start_time":"2026-03-04T05:06:07.125Z","last_error":"","docs_purged":0}"""));
        Assert.That((bool)(await emulated.Admin.GetAnswerAsync("db/")).Json["compact_running"]!, Is.False);
    }

    [Test]
    public async Task Compaction_keeps_documents_old_revisions_tombstones_and_attachments()
    {
        await using var emulated = await Emulated.StartAsync();
        var first = (await emulated.Admin.PutAnswerAsync("db/d", """{"n":1}""")).Revision;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={first}", """{"n":2,"_attachments":{"a":{"data":"aGk="}}}""");
        await emulated.Admin.DeleteAnswerAsync("db/gone");

        await emulated.Admin.PostAnswerAsync("db/_compact", "{}");

        Assert.That((int)(await emulated.Admin.GetAnswerAsync($"db/d?rev={first}")).Json["n"]!, Is.EqualTo(1));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/d/a")).Text, Is.EqualTo("hi"));
        Assert.That((await emulated.Admin.GetAnswerAsync("db/gone")).Error, Is.EqualTo((404, "not_found", "deleted")));
    }

    [Test]
    public async Task Compaction_is_for_administrators()
    {
        await using var emulated = await Emulated.StartAsync();

        Assert.That((await emulated.Public.PostAnswerAsync("db/_compact", "")).Error, Is.EqualTo((404, "not_found", "unknown URL")));
        Assert.That((await emulated.Public.GetAnswerAsync("db/_compact")).Error, Is.EqualTo((404, "not_found", "unknown URL")));
        Assert.That((await emulated.Admin.PostAnswerAsync("nope/_compact", "")).Error, Is.EqualTo((404, "not_found", "no such database \"nope\"")));
    }

    [TestCase("action=now", 400, "Unknown parameter for 'action'. Must be start or stop")]
    [TestCase("type=disk", 400, "Unknown parameter for 'type'. Must be 'tombstone' or 'attachment'")]
    [TestCase("action=stop", 400, "Database compact is not running")]
    [TestCase("type=attachment", 501, "an emulated Sync Gateway compacts no attachments")]
    public async Task A_compaction_that_cannot_be_is_refused(string query, int status, string reason)
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PostAnswerAsync($"db/_compact?{query}", "");

        Assert.That((answer.Status, answer.Reason), Is.EqualTo((status, reason)));
    }
}
