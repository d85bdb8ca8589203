using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Sync Gateway is unavailable for longer than all retry delays together; no request loses an attempt.</summary>
[Category("Chaos")]
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
    [LongCase]
    public Task Sync_gateway_is_unavailable_in_six_ways() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { Worker = new Dictionary<string, string?> { ["SyncGateway__Timeout"] = "00:00:02" } },
        async chaos =>
        {
            foreach (var outage in Outages)
            {
                await chaos.WriteRequestsAsync(parts: Outages.Length);
                await chaos.System.SyncGateway.SetFaultsAsync(outage);
                await Wait.ForSecondsAsync(ChaosSettings.IsLong ? 10 : 5);
                await chaos.System.SyncGateway.SetFaultsAsync([]);
            }
        });

    [Test]
    [Case("p")]
    public Task Sync_gateway_restarts_empty_and_then_from_a_backup() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["dropWebhooks"] = true });
        await chaos.WriteRequestsAsync(parts: 3);
        await chaos.UntilFinishedAsync(chaos.Ids.Count / 3);
        await chaos.System.SyncGateway.RestartAsync();
        chaos.ForgetRequests();

        await chaos.WriteRequestsAsync();
        await chaos.UntilFinishedAsync(chaos.Ids.Count / 3);
        var backup = await chaos.System.SyncGateway.DumpAsync();
        await chaos.UntilFinishedAsync(chaos.Ids.Count);
        await chaos.System.SyncGateway.RestartAsync(backup);
        Assert.That(await chaos.CountFinishedAsync(), Is.LessThan(chaos.Ids.Count));
    });
}
