using System.Text.Json.Nodes;

namespace Microservices.Tests.Chaos;

/// <summary>The broker goes away while it holds messages.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class BrokerOutageTests
{
    [Test]
    [Case("c")]
    public Task The_broker_is_killed_with_messages_in_every_kind_of_queue() => ChaosCase.Rounds(
        new ChaosOptions { OwnBroker = true, Delays = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)] },
        async chaos =>
        {
            await UntilQueuesAreStored(chaos);
            await chaos.System.SyncGateway.Faults(new JsonObject { ["errorRate"] = 1, ["kinds"] = new JsonArray("Read") });
            await chaos.WriteRequests();

            // More are hardly ever delayed at once, however many there are: they come back as fast as workers find that nothing can be read.
            await UntilDelayed(chaos, Math.Min(100, chaos.Ids.Count / 2));

            await chaos.System.Broker.Kill();
            await chaos.System.SyncGateway.Faults([]);
            await Scenario.Lasts(5);
            await chaos.System.Broker.Restart();
        });

    [Test]
    [Case("d")]
    public Task The_broker_is_frozen_for_ten_seconds() => ChaosCase.Rounds(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequests();
        await chaos.UntilAnswered(chaos.Ids.Count / 4);
        chaos.System.Broker.Pause();
        await Scenario.Lasts(10);
        chaos.System.Broker.Resume();
    });

    [Test]
    [Case("g")]
    public Task All_queues_are_deleted_with_all_that_is_in_them() => ChaosCase.Rounds(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequests();
        await chaos.UntilAnswered(chaos.Ids.Count / 4);
        foreach (var queue in (await chaos.System.Queues.Waiting()).Keys)
        {
            await chaos.System.Management.DeleteQueue(queue);
        }
    });

    [Test]
    [Case("n")]
    public Task The_broker_is_replaced_by_a_new_and_empty_one() => ChaosCase.Rounds(new ChaosOptions { OwnBroker = true }, async chaos =>
    {
        await chaos.WriteRequests();
        await chaos.UntilAnswered(chaos.Ids.Count / 4);
        await chaos.System.ReplaceBroker();
    });

    private static async Task UntilQueuesAreStored(ChaosCase chaos)
    {
        foreach (var queue in (await chaos.System.Queues.Waiting()).Keys)
        {
            await chaos.System.Broker.QueueStored(queue);
        }
    }

    private static Task UntilDelayed(ChaosCase chaos, int count) => Scenario.Until($"{count} messages are delayed", async () =>
    {
        var delayed = (await chaos.System.Queues.Waiting()).Where(queue => queue.Key.Contains("_delay_", StringComparison.Ordinal));
        return delayed.Sum(queue => queue.Value) >= count;
    });
}
