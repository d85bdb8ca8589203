using Dev;
using RabbitMQ.Client;

namespace Microservices.Tests.Dev;

public sealed class LocalRabbitMqTests
{
    [Test]
    public async Task A_broker_that_is_killed_and_restarted_still_has_its_durable_messages()
    {
        await using var broker = await LocalRabbitMq.Start();
        await Publish(broker, "kept", "still here");
        var first = broker.ProcessId;
        await broker.QueueStored("kept");

        await broker.Kill();
        await broker.Restart();

        Assert.That(broker.ProcessId, Is.Not.EqualTo(first));
        Assert.That(await Get(broker, "kept"), Is.EqualTo("still here"));
    }

    [Test]
    public async Task Two_brokers_run_side_by_side_and_leave_nothing_behind()
    {
        var both = await Task.WhenAll(LocalRabbitMq.Start(), LocalRabbitMq.Start());
        await Publish(both[0], "mine", "first");

        Assert.That(await Get(both[1], "mine"), Is.Null);

        foreach (var broker in both)
        {
            await broker.DisposeAsync();

            Assert.That(FreePorts.IsFree(broker.Url.Port), Is.True);
            Assert.That(FreePorts.IsFree(broker.ManagementUrl.Port), Is.True);
            Assert.That(Directory.Exists(Path.GetDirectoryName(broker.LogFile)), Is.False);
        }
    }

    private static async Task Publish(LocalRabbitMq broker, string queue, string text)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await Declare(channel, queue);
        await channel.BasicPublishAsync(
            string.Empty, queue, mandatory: true, new BasicProperties { Persistent = true }, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static async Task<string?> Get(LocalRabbitMq broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await Declare(channel, queue);
        var message = await channel.BasicGetAsync(queue, autoAck: true);
        return message is null ? null : System.Text.Encoding.UTF8.GetString(message.Body.Span);
    }

    private static Task<QueueDeclareOk> Declare(IChannel channel, string queue) => channel.QueueDeclareAsync(
        queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
}
