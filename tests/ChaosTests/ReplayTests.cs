using System.Text.Json.Nodes;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>Requests are given up, and then had tried again by an operator.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class ReplayTests
{
    // Two tries, so that what fails does so soon; and no pause when everything does.
    private static readonly ChaosOptions Options = new()
    {
        Delays = [TimeSpan.FromMilliseconds(200)],
        Worker = new Dictionary<string, string?> { ["Worker__BrakeAfter"] = "100000" },
    };

    [Test]
    [Case("o")]
    public Task Everything_fails_and_is_replayed_by_two_operators_of_whom_one_is_killed() => ChaosCase.RoundsAsync(Options, async chaos =>
    {
        await chaos.System.Swapi.IsAsync(new JsonObject { ["refuse"] = true });
        await chaos.WriteRequestsAsync();
        await Scenario.UntilAsync("everything has failed", async () => (await chaos.System.Queues.WaitingAsync())[ChaosQueues.Names.Error] == chaos.Ids.Count);
        await chaos.System.Swapi.IsWellAsync();
        await RenewAsync(chaos);

        // Every replayed document: asked, failed, asks again, done. Apps were quicker with some.
        var apps = chaos.Ids.Select(id => new App(chaos.System.Database, id)).ToArray();
        foreach (var (app, number) in apps.Select((app, number) => (app, number)))
        {
            chaos.Endings[app.Id] = await LiveAsync(app, number % 10);
        }

        await using (var killed = Replay(chaos))
        await using (var other = Replay(chaos))
        {
            await Scenario.UntilAsync("a quarter is done", async () =>
                (await chaos.System.Database.AllAsync()).Values.Count(document => (string?)document["action"] == "person_success") >= chaos.Ids.Count / 4);
            await killed.KillAsync();
            await other.Exited;
        }

        await using var last = Replay(chaos);
        Assert.That(await last.Exited, Is.Zero, last.Output.ToString());
        await chaos.UntilAtRestAsync();
        await using var again = Replay(chaos);
        Assert.That(await again.Exited, Is.Zero, again.Output.ToString());
    });

    private static async Task<Ending> LiveAsync(App app, int habit)
    {
        switch (habit)
        {
            case 0:
                await app.BecomesAsync("cancelled");
                return new Ending("cancelled", (3, 3));
            case 1:
                await app.EditAsync(times: 1);
                return new Ending("person_failure", (3, 3));
            case 2:
                await app.BecomesAsync("person_request");
                return new Ending("person_success", (4, 4));
            default:
                return new Ending("person_success", (4, 4));
        }
    }

    // A worker leaves a SWAPI that fails alone for half a minute; new ones find out for themselves.
    private static async Task RenewAsync(ChaosCase chaos)
    {
        await Task.WhenAll(chaos.System.Workers.Select(worker => worker.TerminateAsync()));
        await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorkerAsync));
    }

    private static ChildProcess Replay(ChaosCase chaos) => ChildProcess.Start(new()
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
