using System.Globalization;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>A request that crashes every worker that processes it.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class PoisonTests
{
    private const string Poison = "poison";

    /// <summary>Only the poison request names this person, so a worker that asks SWAPI for it is processing that message.</summary>
    private const int PoisonPerson = 66;

    [Test]
    [Case("l")]
    public Task One_message_kills_its_worker_every_time_and_all_other_requests_succeed() => ChaosCase.RunRoundsAsync(
        new ChaosOptions
        {
            SwapiForEach = true,
            Worker = new Dictionary<string, string?> { ["Swapi__AttemptTimeout"] = "00:00:15" },
        },
        async chaos =>
        {
            chaos.ExpectedOutcomes[Poison] = ExpectedOutcome.Failed;
            chaos.ExpectedErrors = 1;
            await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(index =>
                chaos.System.GetSwapiOfWorker(index).SetFaultsAsync(new JsonObject { ["hangFor"] = new JsonArray(PoisonPerson) })));
            await chaos.WriteRequestsAsync(Requests());

            var kills = await KillWorkersWithMessageAsync(chaos, until: async () => (string?)(await chaos.System.Database.GetAsync(Poison))["action"] == "person_failure");

            var error = (await chaos.System.Database.GetAsync(Poison))["error"]!;
            Assert.That((string?)error["code"], Is.EqualTo("worker_crashed"));
            Assert.That((bool?)error["retryable"], Is.False);
            Assert.That(kills, Is.EqualTo(12), "workers killed: six with the work queue, six with the quarantine queue");
        });

    private static async Task<int> KillWorkersWithMessageAsync(ChaosCase chaos, Func<Task<bool>> until)
    {
        var kills = 0;
        var seen = new int[chaos.System.Workers.Length];
        // Meanwhile twelve workers start, one after the other.
        await Wait.UntilAsync("the document is person_failure", KillAndCheckAsync, every: 25, deadlines: 4);
        return kills;

        async Task<bool> KillAndCheckAsync()
        {
            for (var index = 0; index < seen.Length; index++)
            {
                var asked = await chaos.System.GetSwapiOfWorker(index).CountRequestsForAsync(PoisonPerson);
                if (asked > seen[index])
                {
                    await chaos.System.Workers[index].KillAsync();
                    seen[index] = await chaos.System.GetSwapiOfWorker(index).CountRequestsForAsync(PoisonPerson);
                    await chaos.System.StartWorkerAsync(index);
                    kills++;
                }
            }

            return await until();
        }
    }

    // The poison request is in the middle, so that other messages are in the same prefetch.
    private static Dictionary<string, string> Requests()
    {
        var requests = Enumerable.Range(1, ChaosSettings.Documents - 1).ToDictionary(
            number => string.Create(CultureInfo.InvariantCulture, $"other-{number:D5}"),
            number => $$"""{"action":"person_request","personId":{{(number % 8) + 1}}}""");
        return new(requests.Take(requests.Count / 4).Append(new(Poison, $$"""{"action":"person_request","personId":{{PoisonPerson}}}"""))
            .Concat(requests.Skip(requests.Count / 4)));
    }
}
