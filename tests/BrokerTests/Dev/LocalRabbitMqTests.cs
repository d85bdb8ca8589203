using OfflineActions.Dev;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Dev;

[Category("Broker")]
public sealed class LocalRabbitMqTests
{
    [Test]
    public async Task A_killed_and_restarted_broker_keeps_its_durable_messages()
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await PublishAsync(broker, "kept", "still here");
        var first = broker.ProcessId;
        await broker.WaitUntilStoredAsync("kept");

        await broker.KillAsync();
        await broker.RestartAsync();

        Assert.That(broker.ProcessId, Is.Not.EqualTo(first));
        Assert.That(await GetAsync(broker, "kept"), Is.EqualTo("still here"));
    }

    [Test]
    public async Task Two_brokers_run_side_by_side_and_leave_nothing_behind()
    {
        var both = await Task.WhenAll(LocalRabbitMq.StartAsync(), LocalRabbitMq.StartAsync());
        await PublishAsync(both[0], "mine", "first");

        Assert.That(await GetAsync(both[1], "mine"), Is.Null);

        foreach (var broker in both)
        {
            await broker.DisposeAsync();

            Assert.That(FreePorts.IsFree(broker.Url.Port), Is.True);
            Assert.That(FreePorts.IsFree(broker.ManagementUrl.Port), Is.True);
            Assert.That(Directory.Exists(Path.GetDirectoryName(broker.LogFile)), Is.False);
        }
    }

    private static async Task PublishAsync(LocalRabbitMq broker, string queue, string text)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await DeclareAsync(channel, queue);
        await channel.BasicPublishAsync(
            string.Empty, queue, mandatory: true, new BasicProperties { Persistent = true }, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static async Task<string?> GetAsync(LocalRabbitMq broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await DeclareAsync(channel, queue);
        var message = await channel.BasicGetAsync(queue, autoAck: true);
        return message is null ? null : System.Text.Encoding.UTF8.GetString(message.Body.Span);
    }

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel, string queue) => channel.QueueDeclareAsync(
        queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
}
