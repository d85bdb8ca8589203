using System.Net;
using System.Text.RegularExpressions;
using OfflineActions.Contracts;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Gateway;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Messaging;

/// <summary>
/// The names and arguments of all exchanges and queues. They never change: old and new programs run against the same broker, and RabbitMQ
/// refuses to declare a queue with other arguments.
/// </summary>
[Category("Broker")]
public sealed partial class TopologyTests
{
    [Test]
    public async Task A_delay_queue_with_other_arguments_stops_no_webhook([Values] bool isFirstStart)
    {
        await using var host = await Broker.VirtualHostAsync();
        if (!isFirstStart)
        {
            await (await GatewayProcess.StartAsync(host.Url)).DisposeAsync();
            await host.Management.DeleteQueueAsync("person-requested_delay_10s");
        }

        await host.Management.DeclareClassicQueueAsync("person-requested_delay_10s");

        await using var gateway = await GatewayProcess.StartAsync(host.Url, readyPath: "/health/live");

        Assert.That(await Eventually.IsAsync(async () => await IsAcceptedAsync(gateway)), Is.True, gateway.Output.Last(20));
        Assert.That(await gateway.StatusAsync("/health/ready"), Is.EqualTo(HttpStatusCode.ServiceUnavailable));

        static async Task<bool> IsAcceptedAsync(GatewayProcess gateway)
        {
            using var answer = await gateway.PostAsync("""{"action":"person_request","_id":"luke","_rev":"1-a"}""");
            return answer.StatusCode is HttpStatusCode.Accepted;
        }
    }

    [Test]
    public async Task A_gateway_and_a_worker_declare_the_same_exchanges_queues_and_bindings_as_ever()
    {
        var golden = await File.ReadAllLinesAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Messaging", "topology.txt"));
        await using var system = await PipelineSystem.StartAsync();

        // MassTransit declares exchanges when it publishes and when it moves a message to the error queue.
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");
        await system.Database.PutAsync("nobody-who-waits", """{"action":"person_request","personId":17,"priority":"bulk"}""");
        await system.UntilQueuedAsync("person-requested_error", 2);
        await Eventually.IsAsync(async () => (await DescribeAsync(system)).SequenceEqual(golden));

        Assert.That(await DescribeAsync(system), Is.EqualTo(golden));
    }

    /// <summary>
    /// One line for each queue, exchange and binding. Those of other actions are left out: they are of the same shape, and a new action
    /// changes no golden file.
    /// </summary>
    private static async Task<IReadOnlyList<string>> DescribeAsync(PipelineSystem system)
    {
        var queues = (await system.Broker.QueuesAsync()).Select(queue =>
            $"queue {queue.Name}: " + string.Join(' ', queue.Arguments.Select(argument => $"{argument.Key}={argument.Value}").Order()));
        var exchanges = (await system.Broker.ExchangesAsync()).Select(exchange =>
            $"exchange {exchange.Name}: {exchange.Type} durable={exchange.Durable} auto-delete={exchange.IsAutoDeleted}");
        var bindings = (await system.Broker.BindingsAsync()).Select(binding =>
            $"binding {binding.Source} -> {binding.DestinationType} {binding.Destination}, routing key '{binding.RoutingKey}'");
        var others = ActionCatalog.Default.Actions.Where(action => action.Queues.Work != "person-requested").ToArray();
        return
        [
            .. queues.Concat(exchanges).Concat(bindings)
                .Where(line => !others.Any(action => line.Contains(action.Queues.Work) || line.Contains(action.Exchange)))
                .Select(line => MarkerName().Replace(line, "marker"))
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Every marker has a new name.</summary>
    [GeneratedRegex("offline-actions-marker-[0-9a-f]{32}")]
    private static partial Regex MarkerName();
}
