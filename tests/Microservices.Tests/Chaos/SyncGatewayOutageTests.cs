using System.Text.Json.Nodes;

namespace Microservices.Tests.Chaos;

/// <summary>Sync Gateway cannot be read or written, for longer than all delays together: that costs no request an attempt.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class SyncGatewayOutageTests
{
    private static readonly JsonObject[] Outages =
    [
        new() { ["errorRate"] = 1, ["errorStatus"] = 503 },
        new() { ["hang"] = true },
        new() { ["reset"] = true },
        new() { ["refuse"] = true },
        new() { ["unauthorized"] = true },
        new() { ["loseAnswers"] = true, ["kinds"] = new JsonArray("Write") },
    ];

    [Test]
    [Case("h")]
    public Task Sync_gateway_is_away_in_every_way_it_can() => ChaosCase.Rounds(
        new ChaosOptions { Worker = new Dictionary<string, string?> { ["SyncGateway__Timeout"] = "00:00:02" } },
        async chaos =>
        {
            foreach (var outage in Outages)
            {
                await chaos.WriteRequests(parts: Outages.Length);
                await chaos.System.SyncGateway.Faults(outage);
                await Scenario.Lasts(ChaosSettings.Long ? 10 : 5);
                await chaos.System.SyncGateway.Faults([]);
            }
        });

    [Test]
    [Case("p")]
    public Task Sync_gateway_starts_again_empty_and_then_from_an_earlier_day() => ChaosCase.Rounds(new ChaosOptions(), async chaos =>
    {
        await chaos.System.SyncGateway.Faults(new JsonObject { ["dropWebhooks"] = true });
        await chaos.WriteRequests(parts: 3);
        await chaos.UntilAnswered(chaos.Ids.Count / 3);
        await chaos.System.SyncGateway.Restart();
        chaos.Forget();

        await chaos.WriteRequests();
        await chaos.UntilAnswered(chaos.Ids.Count / 3);
        var earlier = await chaos.System.SyncGateway.Dump();
        await chaos.UntilAnswered(chaos.Ids.Count);
        await chaos.System.SyncGateway.Restart(earlier);
        Assert.That(await chaos.Answered(), Is.LessThan(chaos.Ids.Count));
    });
}
