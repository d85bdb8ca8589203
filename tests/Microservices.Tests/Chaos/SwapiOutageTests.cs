using System.Text.Json.Nodes;

namespace Microservices.Tests.Chaos;

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
    public Task Swapi_is_down_then_throttles_then_answers_with_a_page() => ChaosCase.Rounds(Options, async chaos =>
    {
        foreach (var outage in Outages)
        {
            await chaos.System.Swapi.Is(outage);
            var before = await chaos.System.Swapi.Asked();
            await Renew(chaos);
            await chaos.WriteRequests(parts: Outages.Length);
            await Scenario.Lasts(4);
            if (outage.ContainsKey("rateLimited"))
            {
                Assert.That(await chaos.System.Swapi.Asked() - before, Is.InRange(1, 100), "requests of two workers that were told to rest");
            }
        }

        await chaos.System.Swapi.IsWell();
        await Renew(chaos);
    });

    // A worker leaves a SWAPI that fails alone for half a minute; new ones find out for themselves.
    private static async Task Renew(ChaosCase chaos)
    {
        foreach (var exitCode in await Task.WhenAll(chaos.System.Workers.Select(worker => worker.Terminate())))
        {
            Assert.That(exitCode, Is.Zero);
        }

        await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(chaos.System.StartWorker));
    }
}
