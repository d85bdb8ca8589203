using System.Text.Json.Nodes;
using Dev;

namespace Microservices.Tests.Chaos;

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
    public Task Everything_fails_and_is_replayed_by_two_operators_of_whom_one_is_killed() => ChaosCase.Rounds(Options, async chaos =>
    {
        await chaos.System.Swapi.Is(new JsonObject { ["refuse"] = true });
        await chaos.WriteRequests();
        await Scenario.Until("everything has failed", async () => (await chaos.System.Queues.Waiting())[ChaosQueues.Names.Error] == chaos.Ids.Count);
        await chaos.System.Swapi.IsWell();
        await Renew(chaos);

        // Every replayed document: asked, failed, asks again, done. Apps were quicker with some.
        var apps = chaos.Ids.Select(id => new App(chaos.System.Database, id)).ToArray();
        foreach (var (app, number) in apps.Select((app, number) => (app, number)))
        {
            chaos.Endings[app.Id] = await Live(app, number % 10);
        }

        await using (var killed = Replay(chaos))
        await using (var other = Replay(chaos))
        {
            await Scenario.Until("a quarter is done", async () =>
                (await chaos.System.Database.All()).Values.Count(document => (string?)document["action"] == "person_success") >= chaos.Ids.Count / 4);
            await killed.Kill();
            await other.Exited;
        }

        await using var last = Replay(chaos);
        Assert.That(await last.Exited, Is.Zero, last.Output.ToString());
        await chaos.UntilAtRest();
        await using var again = Replay(chaos);
        Assert.That(await again.Exited, Is.Zero, again.Output.ToString());
    });

    private static async Task<Ending> Live(App app, int habit)
    {
        switch (habit)
        {
            case 0:
                await app.Becomes("cancelled");
                return new Ending("cancelled", (3, 3));
            case 1:
                await app.Edit(times: 1);
                return new Ending("person_failure", (3, 3));
            case 2:
                await app.Becomes("person_request");
                return new Ending("person_success", (4, 4));
            default:
                return new Ending("person_success", (4, 4));
        }
    }

    // A worker leaves a SWAPI that fails alone for half a minute; new ones find out for themselves.
    private static async Task Renew(ChaosCase chaos)
    {
        await Task.WhenAll(chaos.System.Workers.Select(worker => worker.Terminate()));
        await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorker));
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
