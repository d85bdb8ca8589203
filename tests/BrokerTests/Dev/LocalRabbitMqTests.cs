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

    /// <summary>By default RabbitMQ tries again after three minutes, also after a restart in which the target was not there yet.</summary>
    [Test]
    public async Task A_message_that_its_delay_queue_could_not_pass_on_is_passed_on_soon_after_its_target_is_back()
    {
        await using var broker = await LocalRabbitMq.StartAsync();
        await using var connection = await new ConnectionFactory { Uri = broker.Url }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync("delay", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-message-ttl"] = 10,
            ["x-overflow"] = "reject-publish",
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = "target",
        });
        await channel.BasicPublishAsync(
            string.Empty, "delay", mandatory: true, new BasicProperties { Persistent = true }, System.Text.Encoding.UTF8.GetBytes("delayed"));
        Assert.That(
            await Eventually.IsAsync(async () => (await broker.GetListAsync("queues?columns=name,messages_dlx"))
                .Any(queue => queue.TryGetProperty("messages_dlx", out var waiting) && waiting.GetInt32() == 1)),
            Is.True,
            "It did not expire.");

        await DeclareAsync(channel, "target");

        Assert.That(await Eventually.IsAsync(async () => await GetAsync(broker, "target") == "delayed", TimeSpan.FromSeconds(60)), Is.True);
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
