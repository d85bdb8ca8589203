using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Workers end in the middle of their work, in every way a process can.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class WorkerDeathTests
{
    private static readonly int HandsOfAWorker = new OfflineActions.Worker.WorkerOptions().Concurrency;

    [Test]
    [Case("a")]
    public Task One_of_two_workers_is_killed_five_times() => ChaosCase.RoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequestsAsync();
        for (var kill = 1; kill <= 5; kill++)
        {
            await chaos.UntilAnsweredAsync(kill * chaos.Ids.Count / 8);
            await chaos.System.Workers[0].KillAsync();
            await chaos.System.StartWorkerAsync(0);
        }
    });

    [Test]
    [Case("b")]
    public Task The_only_worker_is_killed() => ChaosCase.RoundsAsync(new ChaosOptions { Workers = 1 }, async chaos =>
    {
        await chaos.WriteRequestsAsync();
        await chaos.UntilAnsweredAsync(chaos.Ids.Count / 3);
        await chaos.System.Workers[0].KillAsync();
        await Scenario.LastsAsync(3);
        await chaos.System.StartWorkerAsync(0);
    });

    [Test]
    [Case("m")]
    public Task A_worker_is_told_to_stop_every_second() => ChaosCase.RoundsAsync(
        new ChaosOptions { SwapiLatency = TimeSpan.FromMilliseconds(500) },
        async chaos =>
        {
            await chaos.WriteRequestsAsync();
            for (var second = 0; second < (ChaosSettings.Long ? 30 : 10); second++)
            {
                var place = second % 2;
                var next = Scenario.LastsAsync(1);
                Assert.That(await chaos.System.Workers[place].TerminateAsync(), Is.Zero, "exit code");
                await chaos.System.StartWorkerAsync(place);
                await next;
            }
        });

    [Test]
    [Case("r")]
    public Task A_worker_stops_while_its_circuit_breaker_is_open() => ChaosCase.RoundsAsync(
        new ChaosOptions
        {
            Workers = 1,
            Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)],
            Worker = new Dictionary<string, string?> { ["Worker__BrakeAfter"] = "10", ["Worker__BrakeFor"] = "00:00:20" },
        },
        async chaos =>
        {
            await chaos.System.Swapi.IsAsync(new JsonObject { ["refuse"] = true });
            await chaos.WriteRequestsAsync();
            var worker = chaos.System.Workers[0];
            await Scenario.UntilAsync("the circuit breaker is open", () => Task.FromResult(worker.Output.ToString().Contains("OfflineActions.Worker.Retry.CircuitBreaker", StringComparison.Ordinal)));
            await Scenario.LastsAsync(2);

            Assert.That(await worker.TerminateAsync(), Is.Zero, "exit code");
            await chaos.System.Swapi.IsWellAsync();
            await chaos.System.StartWorkerAsync(0);
            await chaos.UntilAtRestAsync();

            // What goes back and forth while the worker stops is soon taken for what kills it.
            Assert.That(await chaos.System.Queues.RedeliveredAsync(), Is.LessThanOrEqualTo(HandsOfAWorker), "redelivered");
        });

    [Test]
    [Case("s")]
    public Task A_worker_is_told_to_stop_and_cannot_finish_in_time() => ChaosCase.RoundsAsync(
        new ChaosOptions
        {
            Workers = 1,
            SwapiLatency = TimeSpan.FromMilliseconds(1_500),
            Worker = new Dictionary<string, string?> { ["Bus__DrainTimeout"] = "00:00:01", ["Worker__Concurrency"] = "100" },
        },
        async chaos =>
        {
            await chaos.WriteRequestsAsync();
            await chaos.UntilAnsweredAsync(1);

            Assert.That(await chaos.System.Workers[0].TerminateAsync(), Is.Zero, "exit code");
            await chaos.System.StartWorkerAsync(0);
        });
}
