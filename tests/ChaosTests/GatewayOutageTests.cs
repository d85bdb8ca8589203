using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Webhooks find no gateway: Sync Gateway sends each once, so what they said has to be found in the changes feed.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class GatewayOutageTests
{
    [Test]
    [Case("e")]
    public Task The_gateway_is_away_while_documents_are_written() => ChaosCase.RoundsAsync(new ChaosOptions(), async chaos =>
    {
        await chaos.System.Gateway.KillAsync();
        var away = Scenario.LastsAsync(10);
        await chaos.WriteRequestsAsync();
        await away;
        Assert.That(await chaos.AnsweredAsync(), Is.Zero);
        await chaos.System.StartGatewayAsync();
    });

    [Test]
    [Case("f")]
    public Task The_gateway_is_killed_between_publishing_and_its_checkpoint() => ChaosCase.RoundsAsync(
        new ChaosOptions { Gateway = new Dictionary<string, string?> { ["Gateway__CheckpointEvery"] = "00:10:00", ["Gateway__CatchUpGrace"] = "00:00:00" } },
        async chaos =>
        {
            await chaos.System.SyncGateway.FaultsAsync(new JsonObject { ["dropWebhooks"] = true });
            for (var part = 1; part <= 3; part++)
            {
                await chaos.WriteRequestsAsync(parts: 3);
                await chaos.UntilAnsweredAsync(chaos.Ids.Count - (chaos.Ids.Count / part / 2));
                await chaos.System.Gateway.KillAsync();
                await chaos.System.StartGatewayAsync();
            }
        });

    [Test]
    [Case("q")]
    public Task Of_two_gateways_the_one_that_follows_the_feed_is_killed_and_its_heir_is_frozen() => ChaosCase.RoundsAsync(
        new ChaosOptions(),
        async chaos =>
        {
            await chaos.System.SyncGateway.FaultsAsync(new JsonObject { ["dropWebhooks"] = true });
            var heir = await chaos.System.StartGatewayAsync("heir");
            await chaos.WriteRequestsAsync(parts: 3);

            await chaos.System.Gateway.KillAsync();
            await chaos.WriteRequestsAsync(parts: 3);
            await chaos.UntilAnsweredAsync(chaos.Ids.Count);
            await chaos.System.StartGatewayAsync();

            heir.Pause();
            await chaos.WriteRequestsAsync(parts: 3);
            await chaos.UntilAnsweredAsync(chaos.Ids.Count);
            heir.Resume();
        });
}
