using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Webhooks reach no gateway. Sync Gateway sends each only once, so catch-up must find the requests in the changes feed.</summary>
[Category("Chaos")]
public sealed class GatewayOutageTests
{
    [Test]
    [Case("e")]
    public Task The_gateway_is_down_while_documents_are_written() => ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.System.Gateway.KillAsync();
        var outage = Wait.ForSecondsAsync(10);
        await chaos.WriteRequestsAsync();
        await outage;
        Assert.That(await chaos.CountFinishedAsync(), Is.Zero);
        await chaos.System.StartGatewayAsync();
    });

    [Test]
    [Case("f")]
    public Task The_gateway_is_killed_between_publishing_and_its_checkpoint() => ChaosCase.RunRoundsAsync(
        new ChaosOptions { Gateway = new Dictionary<string, string?> { ["Gateway__CheckpointEvery"] = "00:10:00", ["Gateway__CatchUpGrace"] = "00:00:00" } },
        async chaos =>
        {
            await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["dropWebhooks"] = true });
            for (var part = 1; part <= 3; part++)
            {
                await chaos.WriteRequestsAsync(parts: 3);
                await chaos.UntilFinishedAsync(chaos.Ids.Count - (chaos.Ids.Count / part / 2));
                await chaos.System.Gateway.KillAsync();
                await chaos.System.StartGatewayAsync();
            }
        });

    [Test]
    [Case("q")]
    [LongCase]
    public Task Of_two_gateways_the_lease_holder_is_killed_and_its_successor_is_frozen() => ChaosCase.RunRoundsAsync(
        new ChaosOptions(),
        async chaos =>
        {
            await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["dropWebhooks"] = true });
            var successor = await chaos.System.StartGatewayAsync("successor");
            await chaos.WriteRequestsAsync(parts: 3);

            await chaos.System.Gateway.KillAsync();
            await chaos.WriteRequestsAsync(parts: 3);
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
            await chaos.System.StartGatewayAsync();

            successor.Pause();
            await chaos.WriteRequestsAsync(parts: 3);
            await chaos.UntilFinishedAsync(chaos.Ids.Count);
            successor.Resume();
        });
}
