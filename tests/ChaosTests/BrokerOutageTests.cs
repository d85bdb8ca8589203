using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>The broker fails while it holds messages.</summary>
[Category("Chaos")]
public sealed class BrokerOutageTests
{
    /// <summary>A client's own deadlines for a broker that does not answer sum up to 61 s.</summary>
    private static int OutageSeconds => ChaosSettings.IsLong ? 90 : 70;

    [Test]
    [Case("c")]
    public Task The_broker_is_killed_with_messages_in_every_kind_of_queue() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { OwnBroker = true, Delays = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)] },
        async chaos =>
        {
            await UntilQueuesAreStoredAsync(chaos);
            await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["errorRate"] = 1, ["kinds"] = new JsonArray("Read") });
            await chaos.WriteRequestsAsync();

            // About 100 is the most that is ever delayed at once: delayed messages return as fast as the workers defer others.
            await chaos.UntilDelayedAsync(Math.Min(100, chaos.Ids.Count / 2));

            await chaos.System.Broker.KillAsync();
            await chaos.System.SyncGateway.SetFaultsAsync([]);
            await Wait.ForSecondsAsync(5);
            await chaos.System.Broker.RestartAsync();
        });

    [Test]
    [Case("d")]
    [LongCase]
    public Task The_broker_is_frozen_for_over_a_minute() => ChaosCase.RunRoundsAsync(new ChaosOptions { OwnBroker = true }, async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilFinishedAsync(chaos.Ids.Count / 4);
        chaos.System.Broker.Pause();
        await Wait.ForSecondsAsync(OutageSeconds);
        chaos.System.Broker.Resume();
        AssertNoneHasEnded(chaos);
    });

    [Test]
    [Case("t")]
    [LongCase]
    public Task Every_packet_from_and_to_the_broker_is_dropped() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { BrokerProxy = true },
        async chaos =>
        {
            await chaos.WriteRequestsAsync();
            await chaos.UntilFinishedAsync(chaos.Ids.Count / 4);
            chaos.System.BrokerProxy.Drop();
            await Wait.ForSecondsAsync(OutageSeconds);
            await chaos.System.BrokerProxy.BreakAsync();
            AssertNoneHasEnded(chaos);
        });

    [Test]
    [Case("g")]
    public Task All_queues_are_deleted_with_their_messages() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilFinishedAsync(chaos.Ids.Count / 4);
        foreach (var queue in (await chaos.System.Queues.GetReadyAsync()).Keys)
        {
            await chaos.System.Management.DeleteQueueAsync(queue);
        }
    });

    [Test]
    [Case("n")]
    [LongCase]
    public Task The_broker_is_replaced_by_an_empty_one() => ChaosCase.RunRoundsAsync(new ChaosOptions { OwnBroker = true }, async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilFinishedAsync(chaos.Ids.Count / 4);
        await chaos.System.ReplaceBrokerAsync();
    });

    private static void AssertNoneHasEnded(ChaosCase chaos) => Assert.That(
        chaos.System.Workers.Append(chaos.System.Gateway).Where(service => service.Exited.IsCompleted).Select(service => service.Name),
        Is.Empty,
        chaos.System.DescribeProcesses);

    private static async Task UntilQueuesAreStoredAsync(ChaosCase chaos)
    {
        foreach (var queue in (await chaos.System.Queues.GetReadyAsync()).Keys)
        {
            await chaos.System.Broker.WaitUntilStoredAsync(queue);
        }
    }
}
