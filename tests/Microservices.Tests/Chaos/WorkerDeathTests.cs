namespace Microservices.Tests.Chaos;

/// <summary>Workers end in the middle of their work, in every way a process can.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class WorkerDeathTests
{
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
}
