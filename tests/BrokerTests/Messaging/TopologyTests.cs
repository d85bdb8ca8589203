using System.Text.RegularExpressions;
using OfflineActions.Tests.Dev;
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
    public async Task A_gateway_and_a_worker_declare_the_same_exchanges_queues_and_bindings_as_ever()
    {
        var golden = await File.ReadAllLinesAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Messaging", "topology.txt"));
        await using var system = await PipelineSystem.StartAsync();

        // MassTransit declares exchanges when it publishes and when it moves a message to the error queue.
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");
        await system.UntilQueuedAsync("person-requested_error", 1);
        await Eventually.IsAsync(async () => (await DescribeAsync(system)).SequenceEqual(golden));

        Assert.That(await DescribeAsync(system), Is.EqualTo(golden));
    }

    /// <summary>One line for each queue, exchange and binding.</summary>
    private static async Task<IReadOnlyList<string>> DescribeAsync(PipelineSystem system)
    {
        var queues = from queue in await system.Broker.QueuesAsync()
                     let arguments = queue.Arguments.OrderBy(argument => argument.Key, StringComparer.Ordinal).Select(argument => $" {argument.Key}={argument.Value}")
                     select $"queue {queue.Name}:{string.Concat(arguments)}";
        var exchanges = from exchange in await system.Broker.ExchangesAsync()
                        select $"exchange {exchange.Name}: {exchange.Type}{(exchange.Durable ? " durable" : "")}{(exchange.IsAutoDeleted ? " auto-delete" : "")}";
        var bindings = from binding in await system.Broker.BindingsAsync()
                       select $"binding {binding.Source} -> {binding.DestinationType} {binding.Destination}{(binding.RoutingKey.Length > 0 ? " " + binding.RoutingKey : "")}";
        return [.. queues.Concat(exchanges).Concat(bindings).Select(line => MarkerName().Replace(line, "marker")).Order(StringComparer.Ordinal)];
    }

    /// <summary>Every marker has a new name.</summary>
    [GeneratedRegex("offline-actions-marker-[0-9a-f]{32}")]
    private static partial Regex MarkerName();
}
