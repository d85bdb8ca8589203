using System.Text.Json.Nodes;

namespace Microservices.Tests.Chaos;

/// <summary>Webhooks find no gateway: Sync Gateway sends each once, so what they said has to be found in the changes feed.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class GatewayOutageTests
{
    [Test]
    [Case("e")]
    public Task The_gateway_is_away_while_documents_are_written() => ChaosCase.Rounds(new ChaosOptions(), async chaos =>
    {
        await chaos.System.Gateway.Kill();
        var away = Scenario.Lasts(10);
        await chaos.WriteRequests();
        await away;
        Assert.That(await chaos.Answered(), Is.Zero);
        await chaos.System.StartGateway();
    });

    [Test]
    [Case("f")]
    public Task The_gateway_is_killed_between_publishing_and_its_checkpoint() => ChaosCase.Rounds(
        new ChaosOptions { Gateway = new Dictionary<string, string?> { ["Gateway__CheckpointEvery"] = "00:10:00", ["Gateway__CatchUpGrace"] = "00:00:00" } },
        async chaos =>
        {
            await chaos.System.SyncGateway.Faults(new JsonObject { ["dropWebhooks"] = true });
            for (var part = 1; part <= 3; part++)
            {
                await chaos.WriteRequests(parts: 3);
                await chaos.UntilAnswered(chaos.Ids.Count - (chaos.Ids.Count / part / 2));
                await chaos.System.Gateway.Kill();
                await chaos.System.StartGateway();
            }
        });

    [Test]
    [Case("q")]
    public Task Of_two_gateways_the_one_that_follows_the_feed_is_killed_and_its_heir_is_frozen() => ChaosCase.Rounds(
        new ChaosOptions(),
        async chaos =>
        {
            await chaos.System.SyncGateway.Faults(new JsonObject { ["dropWebhooks"] = true });
            var heir = await chaos.System.StartGateway("heir");
            await chaos.WriteRequests(parts: 3);

            await chaos.System.Gateway.Kill();
            await chaos.WriteRequests(parts: 3);
            await chaos.UntilAnswered(chaos.Ids.Count);
            await chaos.System.StartGateway();

            heir.Pause();
            await chaos.WriteRequests(parts: 3);
            await chaos.UntilAnswered(chaos.Ids.Count);
            heir.Resume();
        });
}
