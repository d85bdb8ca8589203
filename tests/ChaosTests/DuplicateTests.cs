using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Chaos;

/// <summary>The same request comes more than once, to several workers at the same time.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class DuplicateTests
{
    [Test]
    [Case("j")]
    public Task Every_message_comes_three_times_from_the_webhook_and_three_times_from_somebody_else() => ChaosCase.RoundsAsync(
        new ChaosOptions(),
        async chaos =>
        {
            await chaos.System.SyncGateway.FaultsAsync(new JsonObject { ["extraWebhooks"] = 2 });
            await chaos.WriteRequestsAsync();
            await PublishAsync(chaos, times: 3);

            await Scenario.UntilAsync("all webhooks are sent", async () =>
                (long)(await chaos.System.SyncGateway.StatsAsync())["webhooksSent"]! == 3 * chaos.Ids.Count);
        });

    private static async Task PublishAsync(ChaosCase chaos, int times)
    {
        await using var connection = await new ConnectionFactory { Uri = chaos.System.BrokerUrl }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        for (var copy = 0; copy < times; copy++)
        {
            foreach (var (id, revision) in await RevisionsAsync(chaos))
            {
                var message = new JsonObject
                {
                    ["keyspace"] = "db",
                    ["documentId"] = id,
                    ["revision"] = revision,
                    ["requestedAt"] = "2026-01-01T00:00:00Z",
                };
                await channel.BasicPublishAsync(
                    $"{typeof(PersonRequested).Namespace}:{nameof(PersonRequested)}",
                    "",
                    mandatory: true,
                    new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent },
                    Encoding.UTF8.GetBytes(message.ToJsonString()));
            }
        }
    }

    // What was asked for, also where the answer is there already.
    private static async Task<IReadOnlyDictionary<string, string>> RevisionsAsync(ChaosCase chaos)
    {
        var revisions = new ConcurrentDictionary<string, string>();
        foreach (var (id, document) in await chaos.System.Database.GetAsync(chaos.Ids))
        {
            var history = document["_revisions"]!;
            revisions[id] = $"1-{(string)history["ids"]!.AsArray()[^1]!}";
        }

        return revisions;
    }
}
