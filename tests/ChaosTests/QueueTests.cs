using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Messaging.Topology;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Chaos;

/// <summary>Surprising behaviour of RabbitMQ that the topology must survive.</summary>
[Category("Chaos")]
public sealed class QueueTests
{
    private static ActionQueues Names => ChaosQueues.Names;

    [Test]
    public async Task A_message_can_pass_the_same_delay_queue_repeatedly_and_RabbitMQ_does_not_drop_it_as_a_cycle()
    {
        await using var system = await ChaosSystem.StartAsync(new ChaosOptions { Workers = 1, Delays = [TimeSpan.FromMilliseconds(100)] });
        await system.SyncGateway.SetFaultsAsync(new JsonObject { ["errorRate"] = 1, ["kinds"] = new JsonArray("Read") });
        await system.Database.WriteRequestsAsync(1);

        await Wait.UntilAsync("the message was delayed five times", () => Task.FromResult(CountOccurrences(system.Workers[0], "Deferred: ") >= 5));
        await system.SyncGateway.SetFaultsAsync([]);

        await Wait.UntilAsync("the document is person_success", async () => (string?)(await system.Database.AllAsync()).Values.Single()["action"] == "person_success");
    }

    [Test]
    public async Task Peeking_at_the_error_queue_a_hundred_times_changes_nothing()
    {
        await using var system = await ChaosSystem.StartAsync(new ChaosOptions { Workers = 1, SwapiLatency = TimeSpan.Zero });
        await system.Database.PutAsync("unknown-person", """{"action":"person_request","personId":17}""");
        await Wait.UntilAsync("the error queue has one message", async () => (await system.Queues.GetReadyAsync())[Names.Error] == 1);

        // The broker requeues a message some time after a peek; until then the next one finds nothing.
        var messages = new List<JsonObject>();
        await Wait.UntilAsync("the message was seen a hundred times", every: 0, condition: async () =>
        {
            messages.AddRange(await system.Queues.PeekAsync(Names.Error) is { } message ? [message] : []);
            return messages.Count == 100;
        });

        Assert.That(messages.Select(message => (string?)message["payload"]).Distinct().Count(), Is.EqualTo(1));
        Assert.That(JsonNode.Parse((string)messages[^1]["payload"]!)!["documentId"]!.GetValue<string>(), Is.EqualTo("unknown-person"));
        await Wait.UntilAsync("the message is requeued", async () => (await system.Queues.GetReadyAsync())[Names.Error] == 1);
        Assert.That((await system.Queues.GetReadyAsync()).Where(queue => queue.Value > 0).Select(queue => queue.Key), Is.EqualTo(new[] { Names.Error }));
    }

    [TestCase("Gateway")]
    [TestCase("Worker")]
    public async Task If_a_queue_has_other_arguments_the_service_is_not_ready_and_logs_which_queue_and_what_to_do(string service)
    {
        var broker = await ChaosBroker.SharedAsync();
        await using var host = await VirtualHost.CreateAsync(new SharedBroker(broker.Url, broker.ManagementUrl, owned: null));
        await DeclareAsync(host, Names.Work, deliveryLimit: 7);
        await using var syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        await using var process = await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = service,
            ReadyPath = "/health/live",
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = host.Url.AbsoluteUri,
                ["SyncGateway__Url"] = syncGateway.PublicUrl.AbsoluteUri,
                ["Gateway__WebhookPassword"] = "a-password-for-the-webhook",
            },
        });

        await Wait.UntilAsync(
            "the service logs the difference",
            () => Task.FromResult(CountOccurrences(process, "Topology not declared: queue") > 0));

        Assert.That(await IsReadyAsync(process), Is.False);
        Assert.That(
            process.Output.ToString(),
            Does.Contain($"queue '{Names.Work}' exists, but its x-delivery-limit is ")
                .And.Match("x-delivery-limit is .*7.* and this version wants .*5"));

        await host.Management.DeleteQueueAsync(Names.Work);
        await Wait.UntilAsync("the service is ready", () => IsReadyAsync(process));
        Assert.That((int?)(await host.Management.QueueAsync(Names.Work))!.Arguments["x-delivery-limit"], Is.EqualTo(5));
    }

    private static int CountOccurrences(ServiceProcess process, string words) => process.Output.ToString().Split(words).Length - 1;

    private static async Task<bool> IsReadyAsync(ServiceProcess process)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(process.Url, "/health/ready"));
        return answer.IsSuccessStatusCode;
    }

    private static async Task DeclareAsync(VirtualHost host, string queue, int deliveryLimit)
    {
        await using var connection = await new ConnectionFactory { Uri = host.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var arguments = new ActionTopology(Names, [])[queue].Arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
        arguments["x-delivery-limit"] = deliveryLimit;
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
    }
}
