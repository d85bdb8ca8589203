using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Messaging.Topology;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Chaos;

/// <summary>What brokers are known to do to messages and queues behind one's back.</summary>
[Category("Chaos")]
[NonParallelizable]
public sealed class QueueTests
{
    private static ActionQueues Names => ChaosQueues.Names;

    [Test]
    public async Task A_message_passes_the_same_delay_queue_again_and_again_without_being_dropped_as_a_circle()
    {
        await using var system = await ChaosSystem.StartAsync(new ChaosOptions { Workers = 1, Delays = [TimeSpan.FromMilliseconds(100)] });
        await system.SyncGateway.FaultsAsync(new JsonObject { ["errorRate"] = 1, ["kinds"] = new JsonArray("Read") });
        await system.Database.WriteRequestsAsync(1);

        await Scenario.UntilAsync("it was delayed five times", () => Task.FromResult(Times(system.Workers[0], "Will try again") >= 5));
        await system.SyncGateway.FaultsAsync([]);

        await Scenario.UntilAsync("it is answered", async () => (string?)(await system.Database.AllAsync()).Values.Single()["action"] == "person_success");
    }

    [Test]
    public async Task Looking_at_the_error_queue_a_hundred_times_changes_nothing()
    {
        await using var system = await ChaosSystem.StartAsync(new ChaosOptions { Workers = 1, SwapiLatency = TimeSpan.Zero });
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");
        await Scenario.UntilAsync("there is one", async () => (await system.Queues.WaitingAsync())[Names.Error] == 1);

        var looks = new List<JsonObject?>();
        for (var look = 0; look < 100; look++)
        {
            looks.Add(await system.Queues.LookAsync(Names.Error));
        }

        Assert.That(looks.Select(message => (string?)message?["payload"]).Distinct().Count(), Is.EqualTo(1));
        Assert.That(JsonNode.Parse((string)looks[^1]!["payload"]!)!["documentId"]!.GetValue<string>(), Is.EqualTo("nobody"));
        await Scenario.UntilAsync("it is back", async () => (await system.Queues.WaitingAsync())[Names.Error] == 1);
        Assert.That((await system.Queues.WaitingAsync()).Where(queue => queue.Value > 0).Select(queue => queue.Key), Is.EqualTo(new[] { Names.Error }));
    }

    [TestCase("Gateway")]
    [TestCase("Worker")]
    public async Task A_service_that_meets_a_queue_with_other_arguments_is_not_ready_and_says_which_and_what_to_do(string service)
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

        await Scenario.UntilAsync("it complains", () => Task.FromResult(Times(process, "Not ready: queue") > 0));

        Assert.That(await IsReadyAsync(process), Is.False);
        Assert.That(
            process.Output.ToString(),
            Does.Contain($"queue '{Names.Work}' exists, but its x-delivery-limit is ").And.Match("x-delivery-limit is .*7.* where this version wants .*5"));

        await host.Management.DeleteQueueAsync(Names.Work);
        await Scenario.UntilAsync("it is ready", () => IsReadyAsync(process));
        Assert.That((int?)(await host.Management.QueueAsync(Names.Work))!.Arguments["x-delivery-limit"], Is.EqualTo(5));
    }

    private static int Times(ServiceProcess process, string words) => process.Output.ToString().Split(words).Length - 1;

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
