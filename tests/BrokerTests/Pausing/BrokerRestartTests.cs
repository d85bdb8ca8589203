using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Queues;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Pausing;

/// <summary>A pause, and a broker that is restarted meanwhile. Each test has a broker of its own.</summary>
[Category("Broker")]
public sealed class BrokerRestartTests
{
    private static readonly ActionQueues Queues = ActionCatalog.Default.Actions[0].Queues;

    [Test]
    public async Task It_is_still_paused_when_the_broker_is_back_and_nothing_was_delivered([Values] bool isKilled)
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new() { Workers = 2, Broker = broker });
        await UseAsync(broker, connection => PauseSwitch.PauseAsync(
            connection, Queues, new ActionPause("anna", DateTimeOffset.UnixEpoch, "the broker is updated"), CancellationToken.None));
        await system.UntilNothingIsTakenAsync(TimeSpan.FromSeconds(3));
        var ids = await system.Database.WriteRequestsAsync(30);
        Assert.That(await Eventually.IsAsync(async () => await Messages.CountAsync(broker.Url, [Queues.Work]) == 30), Is.True);

        if (isKilled)
        {
            await broker.RestartAsync();
        }
        else
        {
            await broker.ControlAsync("stop_app");
            await broker.ControlAsync("start_app");
        }

        foreach (var worker in system.Workers)
        {
            Assert.That(
                await Eventually.IsAsync(async () => (await worker.HealthAsync("ready")).StartsWith("200 ", StringComparison.Ordinal), TimeSpan.FromMinutes(1)),
                Is.True,
                () => $"{worker.Output.Last(20)}");
        }

        // A quorum queue that replays its log after a kill counts for a moment the consumers of the time before the pause.
        await system.UntilNothingIsTakenAsync(TimeSpan.FromSeconds(10));
        Assert.That(
            await Eventually.IsAsync(async () => await system.CountConsumersAsync(Queues.Work) > 0, TimeSpan.FromSeconds(10)),
            Is.False,
            () => string.Join('\n', system.Workers.Select(worker => worker.Output.Last(40))));
        Assert.That(system.Workers.Select(worker => worker.Output.Last(int.MaxValue)), Has.None.Contains("person is resumed"));
        Assert.That(await Messages.CountAsync(broker.Url, [Queues.Work]), Is.EqualTo(30));
        var pause = await UseAsync(broker, connection => PauseSwitch.FindAsync(connection, Queues, CancellationToken.None));
        Assert.That(pause?.Reason, Is.EqualTo("the broker is updated"));
        await UseAsync(broker, connection => PauseSwitch.ResumeAsync(connection, Queues, CancellationToken.None));
        await system.UntilAllAsync(ids, "person_success", TimeSpan.FromMinutes(2));
    }

    private static async Task<T> UseAsync<T>(LocalRabbitMq broker, Func<BrokerConnection, Task<T>> use)
    {
        await using var connection = await BrokerConnection.OpenAsync(broker.Url, "test", CancellationToken.None);
        return await use(connection);
    }
}
