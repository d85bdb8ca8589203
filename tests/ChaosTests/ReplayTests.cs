using System.Text.Json.Nodes;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>All requests fail, and operators replay them.</summary>
[Category("Chaos")]
public sealed class ReplayTests
{
    // One delay, so that requests fail after two attempts, and a circuit breaker that never opens.
    private static readonly ChaosOptions Options = new()
    {
        Delays = [TimeSpan.FromMilliseconds(200)],
        Worker = new Dictionary<string, string?> { ["Worker__BrakeAfter"] = "100000" },
    };

    [Test]
    [Case("o")]
    public Task All_requests_fail_and_are_replayed_by_two_operators_of_which_one_is_killed() => ChaosCase.RunRoundsAsync(Options, async chaos =>
    {
        await chaos.System.Swapi.SetFaultsAsync(new JsonObject { ["refuse"] = true });
        await chaos.WriteRequestsAsync();
        await Wait.UntilAsync("every message is in the error queue", async () => (await chaos.System.Queues.GetReadyAsync())[ChaosQueues.Names.Error] == chaos.Ids.Count);
        await chaos.System.Swapi.ClearFaultsAsync();
        await RestartWorkersAsync(chaos);

        // A replayed document has four revisions: request, failure, request, success. Apps change some documents before the replay.
        var apps = chaos.Ids.Select(id => new SimulatedApp(chaos.System.Database, id)).ToArray();
        foreach (var (app, number) in apps.Select((app, number) => (app, number)))
        {
            chaos.ExpectedOutcomes[app.Id] = await ActAsync(app, number % 10);
        }

        await using (var killed = StartReplay(chaos))
        await using (var other = StartReplay(chaos))
        {
            await Wait.UntilAsync("a quarter of the documents is person_success", async () =>
                (await chaos.System.Database.AllAsync()).Values.Count(document => (string?)document["action"] == "person_success") >= chaos.Ids.Count / 4);
            await killed.KillAsync();
            await other.Exited;
        }

        await using var third = StartReplay(chaos);
        Assert.That(await third.Exited, Is.Zero, third.Output.ToString());
        await chaos.UntilIdleAsync();
        await using var fourth = StartReplay(chaos);
        Assert.That(await fourth.Exited, Is.Zero, fourth.Output.ToString());
    });

    private static async Task<ExpectedOutcome> ActAsync(SimulatedApp app, int behaviour)
    {
        switch (behaviour)
        {
            case 0:
                await app.SetActionAsync("cancelled");
                return new ExpectedOutcome("cancelled", (3, 3));
            case 1:
                await app.EditAsync(times: 1);
                return new ExpectedOutcome("person_failure", (3, 3));
            case 2:
                await app.SetActionAsync("person_request");
                return new ExpectedOutcome("person_success", (4, 4));
            default:
                return new ExpectedOutcome("person_success", (4, 4));
        }
    }

    // A worker does not ask a failing host again for 30 s; a new worker does.
    private static async Task RestartWorkersAsync(ChaosCase chaos)
    {
        await Task.WhenAll(chaos.System.Workers.Select(worker => worker.TerminateAsync()));
        await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorkerAsync));
    }

    private static ChildProcess StartReplay(ChaosCase chaos) => ChildProcess.Start(new()
    {
        Name = "operator",
        Program = Repository.DotNet,
        Arguments =
        [
            "exec", Repository.Program("Operator"), "dead-letters", "replay", "--all", "--rate", "200", "--limit", $"{chaos.Ids.Count}",
            "--bus", chaos.System.BrokerUrl.OriginalString,
            "--sync-gateway", chaos.System.SyncGatewayUrl.OriginalString,
        ],
    });
}
