using OfflineActions.Messaging.Queues;
using OfflineActions.Tests.Dev;
using RabbitMQ.Client;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Messaging;

/// <summary>Looking into a queue holds no more of it in memory than it may.</summary>
[Category("Broker")]
public sealed class QueueBrowserTests
{
    private const int Messages = 20;
    private const int Bytes = 10_000;

    [TestCase(Bytes - 1, 1, Messages)]
    [TestCase(5 * Bytes, 5, Messages)]
    [TestCase(Messages * Bytes, Messages, Messages)]
    public async Task What_is_too_much_at_once_is_counted_as_not_shown(int maxPendingBytes, int fewest, int most)
    {
        await using var rig = await StartAsync();
        for (var number = 0; number < Messages; number++)
        {
            await rig.Channel.BasicPublishAsync("", Queues.Error, mandatory: true, new BasicProperties(), new byte[Bytes]);
        }

        await using var connection = await BrokerConnection.OpenAsync(rig.Bus, "test", CancellationToken.None);
        var shown = 0;
        var left = await new QueueBrowser(connection, limit: 1_000, maxPendingBytes).LookAsync(
            Queues.Error,
            _ =>
            {
                shown++;
                return true;
            },
            CancellationToken.None);

        Assert.That(shown, Is.InRange(fewest, most));
        Assert.That(shown + left, Is.EqualTo(Messages));
        Assert.That(await Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) == Messages), Is.True, "None is lost.");
    }
}
