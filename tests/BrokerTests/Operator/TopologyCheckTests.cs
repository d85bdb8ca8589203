using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class TopologyCheckTests
{
    [Test]
    public async Task Queues_declared_by_this_version_have_no_findings()
    {
        await using var rig = await StartAsync();

        var check = await rig.RunAsync("topology", "check");

        Assert.That((check.ExitCode, check.Output), Is.EqualTo((0, $"All {15 * ActionCatalog.Default.Actions.Count} queues are as declared.\n")));
    }

    [Test]
    public async Task A_missing_queue_is_found_and_not_declared()
    {
        await using var rig = await StartAsync();
        await rig.Management.DeleteQueueAsync(Queues.Skipped);

        var check = await rig.RunAsync("topology", "check", "--json");

        Assert.That(check.ExitCode, Is.EqualTo(1));
        Assert.That(
            check.Rows.Single().ToJsonString(),
            Is.EqualTo("""{"queue":"person-requested_skipped","argument":null,"live":null,"wanted":null,"problem":"missing"}"""));
        Assert.That(await rig.Management.QueueAsync(Queues.Skipped), Is.Null);
    }

    [Test]
    public async Task Every_argument_that_differs_is_found_at_once()
    {
        await using var rig = await StartAsync();
        await rig.Management.DeleteQueueAsync(Queues.Work);
        await rig.DeclareAsync(
            Queues.Work,
            new Dictionary<string, object>
            {
                ["x-queue-type"] = "quorum",
                ["x-dead-letter-exchange"] = "",
                ["x-dead-letter-routing-key"] = "elsewhere",
                ["x-dead-letter-strategy"] = "at-least-once",
                ["x-overflow"] = "reject-publish",
                ["x-delivery-limit"] = 7,
                ["x-max-length"] = 100,
            });

        var check = await rig.RunAsync("topology", "check", "--json");

        Assert.That(check.ExitCode, Is.EqualTo(1));
        Assert.That(
            check.Rows.Select(row => ((string?)row["queue"], (string?)row["argument"], (string?)row["live"], (string?)row["wanted"])),
            Is.EquivalentTo(new (string?, string?, string?, string?)[]
            {
                (Queues.Work, "x-dead-letter-routing-key", "elsewhere", Queues.Quarantine),
                (Queues.Work, "x-delivery-limit", "7", "5"),
                (Queues.Work, "x-max-length", "100", null),
            }));
    }

    [Test]
    public async Task A_missing_argument_and_another_queue_type_are_found()
    {
        await using var rig = await StartAsync();
        await rig.Management.DeleteQueueAsync(Queues.Error);
        await rig.Management.DeleteQueueAsync(Queues.Poison);
        await rig.DeclareAsync(Queues.Error, new Dictionary<string, object>());
        await rig.DeclareAsync(Queues.Poison, new Dictionary<string, object> { ["x-queue-type"] = "quorum" });

        var check = await rig.RunAsync("topology", "check");

        Assert.That(check.ExitCode, Is.EqualTo(1));
        // RabbitMQ below 4.0 names no type for a queue that was declared without one.
        Assert.That(check.Output, Does.Match(@"person-requested_error +different +x-queue-type +(-|classic) +quorum"));
        Assert.That(check.Output, Does.Match(@"person-requested_poison +different +x-delivery-limit +- +1000000"));
    }

    [Test]
    public async Task The_configured_delays_are_checked()
    {
        await using var rig = await StartAsync();
        var (delay, longer) = (Queues.Delay(new BusOptions().EffectiveDelays[0]), TimeSpan.FromSeconds(11));
        await rig.Management.DeleteQueueAsync(delay);
        await rig.DeclareAsync(delay, new ActionTopology(Queues, [longer])[Queues.Delay(longer)].Arguments);

        var check = await rig.RunAsync("topology", "check");

        Assert.That(check.Output, Does.Match(@"person-requested_delay_10s +different +x-message-ttl +11000 +10000"));
    }

    [Test]
    public async Task Checking_changes_no_queue()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("luke", "1-a"));
        var before = await rig.Management.QueuesAsync();

        await rig.RunAsync("topology", "check");

        Assert.That(
            (await rig.Management.QueuesAsync()).Select(queue => (queue.Name, queue.Arguments.ToJsonString())),
            Is.EqualTo(before.Select(queue => (queue.Name, queue.Arguments.ToJsonString()))));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(1));
    }
}
