using System.Text.Json.Nodes;
using OfflineActions.Contracts;

namespace OfflineActions.Tests.Chaos;

/// <summary>Workers are killed or stopped while they process messages.</summary>
[Category("Chaos")]
public sealed class WorkerDeathTests
{
    /// <summary>How many messages a worker holds: as many of each lane.</summary>
    private static readonly int Held = Enum.GetValues<Lane>().Length * new OfflineActions.Worker.WorkerOptions().Concurrency;

    [Test]
    [Case("a")]
    public Task One_of_two_workers_is_killed_five_times() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        for (var kill = 1; kill <= 5; kill++)
        {
            await chaos.UntilFinishedAsync(kill * chaos.Ids.Count / 8);
            await chaos.System.Workers[0].KillAsync();
            await chaos.System.StartWorkerAsync(0);
        }
    });

    [Test]
    [Case("b")]
    public Task The_only_worker_is_killed() => ChaosCase.RunRoundsAsync(new ChaosOptions { Workers = 1 }, async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilFinishedAsync(chaos.Ids.Count / 3);
        await chaos.System.Workers[0].KillAsync();
        await Wait.ForSecondsAsync(3);
        await chaos.System.StartWorkerAsync(0);
    });

    [Test]
    [Case("m")]
    public Task A_worker_gets_SIGTERM_every_second() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { SwapiLatency = TimeSpan.FromMilliseconds(500) },
        async chaos =>
        {
            await chaos.WriteRequestsAsync();
            for (var second = 0; second < (ChaosSettings.IsLong ? 30 : 5); second++)
            {
                var index = second % 2;
                var next = Wait.ForSecondsAsync(1);
                Assert.That(await chaos.System.Workers[index].TerminateAsync(), Is.Zero, "exit code");
                await chaos.System.StartWorkerAsync(index);
                await next;
            }
        });

    [Test]
    [Case("r")]
    public Task A_worker_gets_SIGTERM_while_its_open_circuit_breaker_holds_messages() => ChaosCase.RunRoundsAsync(
        new ChaosOptions
        {
            Workers = 1,
            Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)],
            Worker = new Dictionary<string, string?> { ["Worker__BrakeAfter"] = "10", ["Worker__BrakeFor"] = "00:00:20" },
        },
        async chaos =>
        {
            await chaos.System.Swapi.SetFaultsAsync(new JsonObject { ["refuse"] = true });
            await chaos.WriteRequestsAsync();
            var worker = chaos.System.Workers[0];
            await Wait.UntilAsync(
                "the circuit breaker is open",
                () => Task.FromResult(worker.Output.ToString().Contains("Retry.CircuitBreaker[", StringComparison.Ordinal)));
            await Wait.ForSecondsAsync(2);

            Assert.That(await worker.TerminateAsync(), Is.Zero, "exit code");
            await chaos.System.Swapi.ClearFaultsAsync();
            await chaos.System.StartWorkerAsync(0);
            await chaos.UntilIdleAsync();

            // Each redelivery counts towards the delivery limit, so a stopping worker must not cause repeated redeliveries.
            Assert.That(await chaos.System.Queues.CountRedeliveriesAsync(), Is.LessThanOrEqualTo(Held), "redelivered");
        });

    [Test]
    [Case("s")]
    [LongCase]
    public Task A_worker_gets_SIGTERM_and_cannot_finish_in_time() => ChaosCase.RunRoundsAsync(
        new ChaosOptions
        {
            Workers = 1,
            SwapiLatency = TimeSpan.FromMilliseconds(1_500),
            Worker = new Dictionary<string, string?> { ["Bus__DrainTimeout"] = "00:00:01", ["Worker__Concurrency"] = "100" },
        },
        async chaos =>
        {
            await chaos.WriteRequestsAsync();
            await chaos.UntilFinishedAsync(1);

            Assert.That(await chaos.System.Workers[0].TerminateAsync(), Is.Zero, "exit code");
            await chaos.System.StartWorkerAsync(0);
        });
}
