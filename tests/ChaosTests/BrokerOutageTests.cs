using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>The broker goes away while it holds messages.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class BrokerOutageTests
{
    [Test]
    [Case("c")]
    public Task The_broker_is_killed_with_messages_in_every_kind_of_queue() => ChaosCase.RoundsAsync(
        new ChaosOptions { OwnBroker = true, Delays = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)] },
        async chaos =>
        {
            await UntilQueuesAreStoredAsync(chaos);
            await chaos.System.SyncGateway.FaultsAsync(new JsonObject { ["errorRate"] = 1, ["kinds"] = new JsonArray("Read") });
            await chaos.WriteRequestsAsync();

            // More are hardly ever delayed at once, however many there are: they come back as fast as workers find that nothing can be read.
            await UntilDelayedAsync(chaos, Math.Min(100, chaos.Ids.Count / 2));

            await chaos.System.Broker.KillAsync();
            await chaos.System.SyncGateway.FaultsAsync([]);
            await Scenario.LastsAsync(5);
            await chaos.System.Broker.RestartAsync();
        });

    [Test]
    [Case("d")]
    public Task The_broker_is_frozen_for_ten_seconds() => ChaosCase.RoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilAnsweredAsync(chaos.Ids.Count / 4);
        chaos.System.Broker.Pause();
        await Scenario.LastsAsync(10);
        chaos.System.Broker.Resume();
    });

    [Test]
    [Case("g")]
    public Task All_queues_are_deleted_with_all_that_is_in_them() => ChaosCase.RoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilAnsweredAsync(chaos.Ids.Count / 4);
        foreach (var queue in (await chaos.System.Queues.WaitingAsync()).Keys)
        {
            await chaos.System.Management.DeleteQueueAsync(queue);
        }
    });

    [Test]
    [Case("n")]
    public Task The_broker_is_replaced_by_a_new_and_empty_one() => ChaosCase.RoundsAsync(new ChaosOptions { OwnBroker = true }, async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilAnsweredAsync(chaos.Ids.Count / 4);
        await chaos.System.ReplaceBrokerAsync();
    });

    private static async Task UntilQueuesAreStoredAsync(ChaosCase chaos)
    {
        foreach (var queue in (await chaos.System.Queues.WaitingAsync()).Keys)
        {
            await chaos.System.Broker.QueueStoredAsync(queue);
        }
    }

    private static Task UntilDelayedAsync(ChaosCase chaos, int count) => Scenario.UntilAsync($"{count} messages are delayed", async () =>
    {
        var delayed = (await chaos.System.Queues.WaitingAsync()).Where(queue => queue.Key.Contains("_delay_", StringComparison.Ordinal));
        return delayed.Sum(queue => queue.Value) >= count;
    });
}
