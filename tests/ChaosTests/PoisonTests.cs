using System.Globalization;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>A request that ends every process that works on it.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class PoisonTests
{
    private const string Poison = "poison";

    /// <summary>Only the poisonous request asks for this one: whoever asks SWAPI for it has that message in hand.</summary>
    private const int PoisonousPerson = 66;

    [Test]
    [Case("l")]
    public Task One_message_kills_its_worker_every_time_and_nothing_else_is_hurt() => ChaosCase.RoundsAsync(
        new ChaosOptions
        {
            SwapiForEach = true,
            Worker = new Dictionary<string, string?> { ["Swapi__AttemptTimeout"] = "00:00:15" },
        },
        async chaos =>
        {
            chaos.Endings[Poison] = Ending.GivenUp;
            chaos.Errors = 1;
            await Task.WhenAll(Enumerable.Range(0, chaos.System.Workers.Length).Select(place =>
                chaos.System.SwapiOf(place).IsAsync(new JsonObject { ["hangFor"] = new JsonArray(PoisonousPerson) })));
            await chaos.WriteRequestsAsync(Requests());

            var deaths = await KillWhoeverHoldsAsync(chaos, until: async () => (string?)(await chaos.System.Database.GetAsync(Poison))["action"] == "person_failure");

            var error = (await chaos.System.Database.GetAsync(Poison))["error"]!;
            Assert.That((string?)error["code"], Is.EqualTo("worker_crashed"));
            Assert.That((bool?)error["retryable"], Is.False);
            Assert.That(deaths, Is.EqualTo(12), "six deaths among others, six alone");
        });

    private static async Task<int> KillWhoeverHoldsAsync(ChaosCase chaos, Func<Task<bool>> until)
    {
        var deaths = 0;
        var seen = new int[chaos.System.Workers.Length];
        await Scenario.UntilAsync("the document says that it is given up", HuntAsync, every: 25);
        return deaths;

        async Task<bool> HuntAsync()
        {
            for (var place = 0; place < seen.Length; place++)
            {
                var asked = await chaos.System.SwapiOf(place).AskedForAsync(PoisonousPerson);
                if (asked > seen[place])
                {
                    await chaos.System.Workers[place].KillAsync();
                    seen[place] = await chaos.System.SwapiOf(place).AskedForAsync(PoisonousPerson);
                    await chaos.System.StartWorkerAsync(place);
                    deaths++;
                }
            }

            return await until();
        }
    }

    // The poisonous one is in the middle, where it has neighbours.
    private static Dictionary<string, string> Requests()
    {
        var requests = Enumerable.Range(1, ChaosSettings.Documents - 1).ToDictionary(
            number => string.Create(CultureInfo.InvariantCulture, $"innocent-{number:D5}"),
            number => $$"""{"action":"person_request","personId":{{(number % 8) + 1}}}""");
        return new(requests.Take(requests.Count / 4).Append(new(Poison, $$"""{"action":"person_request","personId":{{PoisonousPerson}}}"""))
            .Concat(requests.Skip(requests.Count / 4)));
    }
}
