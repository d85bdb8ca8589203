using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

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
    public Task Sync_gateway_is_away_in_every_way_it_can() => ChaosCase.RoundsAsync(
        new ChaosOptions { Worker = new Dictionary<string, string?> { ["SyncGateway__Timeout"] = "00:00:02" } },
        async chaos =>
        {
            foreach (var outage in Outages)
            {
                await chaos.WriteRequestsAsync(parts: Outages.Length);
                await chaos.System.SyncGateway.FaultsAsync(outage);
                await Scenario.LastsAsync(ChaosSettings.Long ? 10 : 5);
                await chaos.System.SyncGateway.FaultsAsync([]);
            }
        });

    [Test]
    [Case("p")]
    public Task Sync_gateway_starts_again_empty_and_then_from_an_earlier_day() => ChaosCase.RoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.System.SyncGateway.FaultsAsync(new JsonObject { ["dropWebhooks"] = true });
        await chaos.WriteRequestsAsync(parts: 3);
        await chaos.UntilAnsweredAsync(chaos.Ids.Count / 3);
        await chaos.System.SyncGateway.RestartAsync();
        chaos.Forget();

        await chaos.WriteRequestsAsync();
        await chaos.UntilAnsweredAsync(chaos.Ids.Count / 3);
        var earlier = await chaos.System.SyncGateway.DumpAsync();
        await chaos.UntilAnsweredAsync(chaos.Ids.Count);
        await chaos.System.SyncGateway.RestartAsync(earlier);
        Assert.That(await chaos.AnsweredAsync(), Is.LessThan(chaos.Ids.Count));
    });
}
