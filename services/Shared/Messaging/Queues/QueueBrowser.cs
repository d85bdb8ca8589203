using System.Diagnostics;
using RabbitMQ.Client;

namespace OfflineActions.Messaging.Queues;

/// <summary>Shows the messages of a queue one by one and removes those that the visitor is done with.</summary>
/// <remarks>
/// Every message stays unacknowledged from when it is taken until the end. So each is seen once, and the broker requeues all that were not
/// removed, also when this process is killed. Messages that another client holds at that time are not seen. A quorum queue keeps the order
/// of requeued messages; only their delivery count grows, and the error and skipped queues have a delivery limit of a million.
/// </remarks>
/// <param name="broker">The broker.</param>
/// <param name="limit">How many messages of a queue are visited at most.</param>
public sealed class QueueBrowser(BrokerConnection broker, int limit)
{
    private static readonly TimeSpan LongestRequeue = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Visits the messages of a queue, the oldest first. It stops after as many as there were at the start, because a replayed message
    /// may fail again and come back.
    /// </summary>
    /// <param name="queue">The queue. A queue that does not exist counts as empty.</param>
    /// <param name="visit">Returns true when the message is to be removed from the queue.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many messages were not visited because of the limit.</returns>
    public async Task<uint> VisitAsync(string queue, Func<QueueMessage, Task<bool>> visit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (await broker.FindQueueAsync(queue, cancellationToken) is not { Ready: > 0 and var ready })
        {
            return 0;
        }

        var count = (uint)Math.Min(ready, limit);
        var requeued = await broker.UseChannelAsync(
            channel => VisitAsync(channel, queue, count, visit, cancellationToken), cancellationToken);
        await WaitUntilRequeuedAsync(queue, requeued, cancellationToken);
        return ready - count;
    }

    /// <returns>How many messages were requeued.</returns>
    private static async Task<uint> VisitAsync(
        IChannel channel, string queue, uint count, Func<QueueMessage, Task<bool>> visit, CancellationToken cancellationToken)
    {
        var (held, lastTag) = (0u, 0ul);
        for (var visited = 0u; visited < count; visited++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } message)
            {
                break;
            }

            // The client reuses the buffer of the body.
            if (await visit(new QueueMessage(message.BasicProperties, message.Body.ToArray())))
            {
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
            }
            else
            {
                (held, lastTag) = (held + 1, message.DeliveryTag);
            }
        }

        if (held > 0)
        {
            await channel.BasicNackAsync(lastTag, multiple: true, requeue: true, cancellationToken);
        }

        return held;
    }

    /// <summary>
    /// Waits until the queue shows the requeued messages; without that the next command would miss some. The wait is limited because
    /// another client may take them at the same time.
    /// </summary>
    private async Task WaitUntilRequeuedAsync(string queue, uint requeued, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < LongestRequeue
            && await broker.FindQueueAsync(queue, cancellationToken) is { Ready: var ready }
            && ready < requeued)
        {
            await Task.Delay(PollInterval, cancellationToken);
        }
    }
}
