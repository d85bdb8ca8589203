using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Chaos;

/// <summary>The same request is delivered several times, to several workers at once.</summary>
[Category("Chaos")]
public sealed class DuplicateTests
{
    [Test]
    [Case("j")]
    public Task Every_message_is_published_three_times_by_webhooks_and_three_times_by_another_program() => ChaosCase.RunRoundsAsync(
        new ChaosOptions(),
        async chaos =>
        {
            await chaos.System.SyncGateway.SetFaultsAsync(new JsonObject { ["extraWebhooks"] = 2 });
            await chaos.WriteRequestsAsync();
            await PublishAsync(chaos, times: 3);

            await Wait.UntilAsync("all webhooks are sent", async () =>
                (long)(await chaos.System.SyncGateway.GetStatsAsync())["webhooksSent"]! == 3 * chaos.Ids.Count);
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
                    ActionCatalog.Default.GetByMessage<PersonRequested>().Exchange,
                    "",
                    mandatory: true,
                    new BasicProperties { ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent },
                    Encoding.UTF8.GetBytes(message.ToJsonString()));
            }
        }
    }

    // The revision of the request, also if the worker has already written its result.
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
