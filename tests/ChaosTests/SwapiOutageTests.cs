using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>SWAPI fails for less time than all retry delays together, so every request still succeeds.</summary>
[Category("Chaos")]
public sealed class SwapiOutageTests
{
    private static readonly JsonObject[] Outages =
    [
        new() { ["refuse"] = true },
        new() { ["rateLimited"] = true, ["retryAfter"] = "00:00:05" },
        new() { ["html"] = true },
    ];

    // Attempts at 0, 1, 4, 19 and 59 s; the outages end before the attempt at 19 s.
    private static readonly ChaosOptions Options = new()
    {
        Delays = [.. new[] { 1, 3, 15, 40 }.Select(seconds => TimeSpan.FromSeconds(seconds))],
        Worker = new Dictionary<string, string?> { ["Worker__BrakeFor"] = "00:00:01", ["Worker__ProgressFrom"] = "00:00:00" },
    };

    // The same, with documents that say so at each delay but the shortest: at most three more revisions. The circuit breaker would keep most
    // requests from a second attempt.
    private static readonly ChaosOptions Noted = Options with
    {
        Worker = new Dictionary<string, string?> { ["Worker__BrakeAfter"] = "100000", ["Worker__ProgressFrom"] = "00:00:02" },
    };

    [Test]
    [Case("i")]
    [LongCase]
    public Task Swapi_is_down_then_throttles_then_returns_an_HTML_page() => ChaosCase.RunRoundsAsync(Options, async chaos =>
    {
        foreach (var outage in Outages)
        {
            await chaos.System.Swapi.SetFaultsAsync(outage);
            var before = await chaos.System.Swapi.CountRequestsAsync();
            await RestartWorkersAsync(chaos);
            await chaos.WriteRequestsAsync(parts: Outages.Length);
            await Wait.ForSecondsAsync(4);
            if (outage.ContainsKey("rateLimited"))
            {
                Assert.That(await chaos.System.Swapi.CountRequestsAsync() - before, Is.InRange(1, 100), "SWAPI requests of two workers that got Retry-After");
            }
        }

        await chaos.System.Swapi.ClearFaultsAsync();
        await RestartWorkersAsync(chaos);
    });

    [Test]
    [Case("ab")]
    [LongCase]
    public Task Swapi_is_down_while_documents_say_when_they_are_tried_again() => ChaosCase.RunRoundsAsync(Noted, async chaos =>
    {
        await chaos.System.Swapi.SetFaultsAsync(Outages[0]);
        await chaos.WriteRequestsAsync(parts: 2);
        foreach (var id in chaos.Ids)
        {
            chaos.ExpectedOutcomes[id] = ExpectedOutcome.Done with { Revisions = (2, 2 + 3) };
        }

        await Wait.UntilAsync("half of the documents say when they are tried again", async () =>
            (await chaos.System.Database.AllAsync()).Values.Count(document => document.ContainsKey("progress")) >= chaos.Ids.Count / 2);
        await chaos.System.Workers[0].KillAsync();
        await chaos.System.StartWorkerAsync(0);
        await chaos.System.Gateway.KillAsync();
        await chaos.System.StartGatewayAsync();
        await chaos.System.Swapi.ClearFaultsAsync();
        await RestartWorkersAsync(chaos);
        await chaos.UntilIdleAsync();

        var documents = await chaos.System.Database.GetAsync(chaos.Ids);
        Assert.That(documents.Values.Count(document => document.ContainsKey("progress")), Is.Zero);
        Assert.That(documents.Values.Count(document => (int)document["_revisions"]!["start"]! > 2), Is.GreaterThanOrEqualTo(chaos.Ids.Count / 2));
    });

    // A worker does not ask a failing host again for 30 s; a new worker does.
    private static async Task RestartWorkersAsync(ChaosCase chaos)
    {
        foreach (var exitCode in await Task.WhenAll(chaos.System.Workers.Select(worker => worker.TerminateAsync())))
        {
            Assert.That(exitCode, Is.Zero);
        }

        await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorkerAsync));
    }
}
