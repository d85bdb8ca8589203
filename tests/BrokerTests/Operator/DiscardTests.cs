using System.Text.Json.Nodes;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class DiscardTests
{
    [Test]
    public async Task A_removed_message_is_written_completely_first()
    {
        await using var rig = await StartAsync();
        var request = Request("luke", "1-a");
        var id = await rig.AddDeadLetterAsync(request, headers: ("binary", new byte[] { 0xFF }));
        await rig.AddDeadLetterAsync(Request("leia", "1-a"));

        var discarded = await rig.RunAsync("dead-letters", "discard", id);

        Assert.That(discarded.ExitCode, Is.Zero);
        var line = discarded.Rows.Single();
        Assert.That((string?)line["letter"]!["id"], Is.EqualTo(id));
        Assert.That(JsonNode.DeepEquals(line["message"], JsonNode.Parse(Message(request))), Is.True);
        Assert.That((string?)line["headers"]!["MT-Fault-Message"], Does.StartWith("person_not_found"));
        Assert.That((string?)line["headers"]!["binary"]!["base64"], Is.EqualTo("/w=="));
        Assert.That((string?)(await rig.RunAsync("dead-letters", "list", "--json")).Rows.Single()["document"], Is.EqualTo("leia"));
    }

    [Test]
    public async Task A_dry_run_writes_the_same_and_removes_nothing()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("luke", "1-a"));

        var discarded = await rig.RunAsync("dead-letters", "discard", "--all", "--dry-run");

        Assert.That((discarded.ExitCode, discarded.Rows.Count, discarded.Error), Is.EqualTo((0, 1, "1 would be removed.\n")));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(1));
    }

    [Test]
    public async Task Options_narrow_all()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("luke", "1-a"), at: DateTimeOffset.UtcNow.AddDays(-40));
        await rig.AddDeadLetterAsync(Request("leia", "1-a"));

        Assert.That((await rig.RunAsync("dead-letters", "discard", "--all", "--older-than", "30d")).Rows, Has.Count.EqualTo(1));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(1));
    }
}
