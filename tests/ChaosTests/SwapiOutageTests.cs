using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>SWAPI does not answer properly, for shorter than all delays together.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class SwapiOutageTests
{
    private static readonly JsonObject[] Outages =
    [
        new() { ["refuse"] = true },
        new() { ["rateLimited"] = true, ["retryAfter"] = "00:00:05" },
        new() { ["html"] = true },
    ];

    // Tries at 0, 1, 4, 19 and 59 seconds: all outages are over before the last but one.
    private static readonly ChaosOptions Options = new()
    {
        Delays = [.. new[] { 1, 3, 15, 40 }.Select(seconds => TimeSpan.FromSeconds(seconds))],
        Worker = new Dictionary<string, string?> { ["Worker__BrakeFor"] = "00:00:01" },
    };

    [Test]
    [Case("i")]
    public Task Swapi_is_down_then_throttles_then_answers_with_a_page() => ChaosCase.RoundsAsync(Options, async chaos =>
    {
        foreach (var outage in Outages)
        {
            await chaos.System.Swapi.IsAsync(outage);
            var before = await chaos.System.Swapi.AskedAsync();
            await RenewAsync(chaos);
            await chaos.WriteRequestsAsync(parts: Outages.Length);
            await Scenario.LastsAsync(4);
            if (outage.ContainsKey("rateLimited"))
            {
                Assert.That(await chaos.System.Swapi.AskedAsync() - before, Is.InRange(1, 100), "requests of two workers that were told to rest");
            }
        }

        await chaos.System.Swapi.IsWellAsync();
        await RenewAsync(chaos);
    });

    // A worker leaves a SWAPI that fails alone for half a minute; new ones find out for themselves.
    private static async Task RenewAsync(ChaosCase chaos)
    {
        foreach (var exitCode in await Task.WhenAll(chaos.System.Workers.Select(worker => worker.TerminateAsync())))
        {
            Assert.That(exitCode, Is.Zero);
        }

        await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorkerAsync));
    }
}
