using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>Requests that wait for an answer of SWAPI cost memory only: a worker with default settings begins the others meanwhile.</summary>
[Category("Broker")]
public sealed class WaitingTests
{
    private const int Count = 200;

    private static readonly IReadOnlyDictionary<string, string?> Patient = new Dictionary<string, string?>
    {
        ["Swapi__Cache"] = "false",
        ["Swapi__Rounds"] = "1",
        ["Swapi__AttemptTimeout"] = "00:00:15",
        ["Swapi__TotalTimeout"] = "00:00:15",
    };

    [Test]
    public async Task Requests_that_SWAPI_keeps_waiting_wait_at_the_same_time()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { WorkerEnvironment = Patient });
        // A worker begins with a few, and with more after each success.
        string[] first = [.. Enumerable.Range(1, 10).Select(number => $"first-{number}")];
        await system.Database.WriteAllAsync(first, """{"action":"person_request","personId":2}""");
        await system.UntilAllAsync(first, "person_success");
        var before = system.Swapi.Stats.Requests;
        system.Swapi.Faults.HangFor = [1];

        string[] ids = [.. Enumerable.Range(1, Count).Select(number => $"waiting-{number}")];
        await system.Database.WriteAllAsync(ids, """{"action":"person_request","personId":1}""");

        // Not all: a webhook may be lost in a burst, and then catch-up finds the request later.
        Assert.That(
            await Eventually.IsAsync(() => system.Swapi.Stats.Requests - before >= Count * 3 / 4, within: TimeSpan.FromSeconds(12)),
            Is.True,
            $"SWAPI was asked {system.Swapi.Stats.Requests - before} times.");
        await system.Database.PutAsync("other", """{"action":"person_request","personId":2}""");
        await system.UntilStateAsync("other", "person_success");
        system.Swapi.Faults.HangFor = null;
        await system.UntilAllAsync(ids, "person_success");
        Assert.That(ids.Select(id => system.SyncGateway.WritesOf(id)), Has.All.EqualTo(2));
    }
}
