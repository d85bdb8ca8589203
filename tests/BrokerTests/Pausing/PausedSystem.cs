using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Pausing;

/// <summary>What tests of a pause ask a system.</summary>
internal static class PausedSystem
{
    extension(PipelineSystem system)
    {
        /// <summary>How many consumers a queue has now.</summary>
        public async Task<uint> CountConsumersAsync(string queue)
        {
            await using var connection = await new ConnectionFactory { Uri = system.BrokerUrl }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            return await channel.ConsumerCountAsync(queue);
        }

        /// <summary>Waits until neither the work queue nor the quarantine queue has a consumer.</summary>
        public async Task UntilNothingIsTakenAsync(TimeSpan within)
        {
            foreach (var queue in new[] { "person-requested", "person-requested_quarantine" })
            {
                Assert.That(
                    await Eventually.IsAsync(async () => await system.CountConsumersAsync(queue) == 0, within),
                    Is.True,
                    () => $"{queue} is still consumed.\n{string.Join('\n', system.Workers.Select(worker => worker.Output.Last(20)))}");
            }
        }

        /// <summary>How many messages of a queue were delivered to consumers so far, up to a second ago.</summary>
        public async Task<int> CountDeliveriesAsync(string queue) =>
            (int?)(await system.Broker.QueueAsync(queue))!.Statistics?["deliver_get"] ?? 0;

        /// <summary>Puts the message of a request into a queue.</summary>
        public Task<bool> PublishAsync(string queue, string document, string revision) => system.Broker.PublishAsync(
            "",
            queue,
            new JsonObject { ["keyspace"] = "db", ["documentId"] = document, ["revision"] = revision, ["requestedAt"] = "2026-01-01T00:00:00Z" }.ToJsonString(),
            new JsonObject { ["content_type"] = "application/json", ["delivery_mode"] = 2 });
    }

    extension(ServiceProcess service)
    {
        /// <summary>The status and the body of <c>/health/ready</c> or <c>/health/live</c>.</summary>
        public async Task<string> HealthAsync(string which)
        {
            using var http = new HttpClient();
            using var answer = await http.GetAsync(new Uri(service.Url, "/health/" + which));
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
    }
}
