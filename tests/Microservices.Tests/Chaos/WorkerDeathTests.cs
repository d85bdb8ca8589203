using System.Text.Json.Nodes;

namespace Microservices.Tests.Chaos;

/// <summary>Workers end in the middle of their work, in every way a process can.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class WorkerDeathTests
{
    private static readonly int HandsOfAWorker = new global::Worker.WorkerOptions().Concurrency;

    [Test]
    [Case("a")]
    public Task One_of_two_workers_is_killed_five_times() => ChaosCase.Rounds(new ChaosOptions(), async chaos =>
    {
        await chaos.WriteRequests();
        for (var kill = 1; kill <= 5; kill++)
        {
            await chaos.UntilAnswered(kill * chaos.Ids.Count / 8);
            await chaos.System.Workers[0].Kill();
            await chaos.System.StartWorker(0);
        }
    });

    [Test]
    [Case("b")]
    public Task The_only_worker_is_killed() => ChaosCase.Rounds(new ChaosOptions { Workers = 1 }, async chaos =>
    {
        await chaos.WriteRequests();
        await chaos.UntilAnswered(chaos.Ids.Count / 3);
        await chaos.System.Workers[0].Kill();
        await Scenario.Lasts(3);
        await chaos.System.StartWorker(0);
    });

    [Test]
    [Case("m")]
    public Task A_worker_is_told_to_stop_every_second() => ChaosCase.Rounds(
        new ChaosOptions { SwapiLatency = TimeSpan.FromMilliseconds(500) },
        async chaos =>
        {
            await chaos.WriteRequests();
            for (var second = 0; second < (ChaosSettings.Long ? 30 : 10); second++)
            {
                var place = second % 2;
                var next = Scenario.Lasts(1);
                Assert.That(await chaos.System.Workers[place].Terminate(), Is.Zero, "exit code");
                await chaos.System.StartWorker(place);
                await next;
            }
        });

    [Test]
    [Case("r")]
    public Task A_worker_is_told_to_stop_while_its_brake_holds_what_it_has_in_hand() => ChaosCase.Rounds(
        new ChaosOptions
        {
            Workers = 1,
            Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20)],
            Worker = new Dictionary<string, string?> { ["Worker__BrakeAfter"] = "10", ["Worker__BrakeFor"] = "00:00:20" },
        },
        async chaos =>
        {
            await chaos.System.Swapi.Is(new JsonObject { ["refuse"] = true });
            await chaos.WriteRequests();
            var worker = chaos.System.Workers[0];
            await Scenario.Until("the brake is on", () => Task.FromResult(worker.Output.ToString().Contains("Worker.Delivery.Brake", StringComparison.Ordinal)));
            await Scenario.Lasts(2);

            Assert.That(await worker.Terminate(), Is.Zero, "exit code");
            await chaos.System.Swapi.IsWell();
            await chaos.System.StartWorker(0);
            await chaos.UntilAtRest();

            // What goes back and forth while the worker stops is soon taken for what kills it.
            Assert.That(await chaos.System.Queues.Redelivered(), Is.LessThanOrEqualTo(HandsOfAWorker), "redelivered");
        });

    [Test]
    [Case("s")]
    public Task A_worker_is_told_to_stop_and_cannot_finish_in_time() => ChaosCase.Rounds(
        new ChaosOptions
        {
            Workers = 1,
            SwapiLatency = TimeSpan.FromMilliseconds(1_500),
            Worker = new Dictionary<string, string?> { ["Bus__DrainTimeout"] = "00:00:01", ["Worker__Concurrency"] = "100" },
        },
        async chaos =>
        {
            await chaos.WriteRequests();
            await chaos.UntilAnswered(1);

            Assert.That(await chaos.System.Workers[0].Terminate(), Is.Zero, "exit code");
            await chaos.System.StartWorker(0);
        });
}
