using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Dev;

[Category("Broker")]
public sealed class SharedBrokerTests
{
    [Test]
    public async Task Virtual_hosts_are_isolated_and_their_messages_can_be_counted()
    {
        await using var mine = await Broker.VirtualHostAsync();
        await using var other = await Broker.VirtualHostAsync();
        await using var connection = await new ConnectionFactory { Uri = mine.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(
            "work", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });

        var routed = await mine.Management.PublishAsync(string.Empty, "work", "{}", new JsonObject { ["content_type"] = "application/json" });
        var unrouted = await mine.Management.PublishAsync(string.Empty, "no-such-queue", "{}");

        Assert.That((routed, unrouted), Is.EqualTo((true, false)));
        Assert.That(await Eventually.IsAsync(async () => await mine.Management.QueueAsync("work") is { Ready: 1 }), Is.True);
        Assert.That((await mine.Management.QueuesAsync()).Single().Arguments["x-queue-type"]?.GetValue<string>(), Is.EqualTo("quorum"));
        Assert.That(await other.Management.QueuesAsync(), Is.Empty);

        await channel.BasicGetAsync("work", autoAck: false);

        Assert.That(await Eventually.IsAsync(async () => await mine.Management.QueueAsync("work") is { Ready: 0, Unacknowledged: 1 }), Is.True);

        await mine.Management.DeleteQueueAsync("work");

        Assert.That(await mine.Management.QueueAsync("work"), Is.Null);
    }

    [Test]
    public async Task A_quorum_queue_can_dead_letter_at_least_once()
    {
        await using var mine = await Broker.VirtualHostAsync();

        // Without this feature flag RabbitMQ 3.10 accepts the at-least-once strategy, but dead-letters at most once.
        Assert.That(await mine.Management.EnabledFeatureFlagsAsync(), Does.Contain("stream_queue"));
    }
}
