using System.Diagnostics;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OfflineActions.Messaging.Queues;

/// <summary>Shows the messages of a queue one by one and removes those that the visitor is done with.</summary>
/// <remarks>
/// Every message stays unacknowledged from when it is taken until the end. So each is seen once, and the broker requeues all that were not
/// removed, also when this process is killed. Messages that another client holds at that time are not seen. A quorum queue keeps the order
/// of requeued messages; only their delivery count grows, and the error and skipped queues have a delivery limit of a million.
/// </remarks>
/// <param name="broker">The broker.</param>
/// <param name="limit">How many messages of a queue are visited at most.</param>
/// <param name="maxPendingBytes">How much may have come that was not shown yet. Messages may be large, and come quicker than they are shown.</param>
public sealed class QueueBrowser(BrokerConnection broker, int limit, long maxPendingBytes = 64 * 1024 * 1024)
{
    private static readonly TimeSpan LongestRequeue = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>How long no message comes until the rest counts as held by another client.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

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

    /// <summary>
    /// Shows the messages of a queue, the oldest first, and removes none. The broker sends many at once, so it is much quicker. It ends early when
    /// more has come than may be pending.
    /// </summary>
    /// <param name="queue">The queue. A queue that does not exist counts as empty.</param>
    /// <param name="look">Returns false when it has seen enough.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many messages were not shown because of one of the limits.</returns>
    public async Task<uint> LookAsync(string queue, Func<QueueMessage, bool> look, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(look);
        if (await broker.FindQueueAsync(queue, cancellationToken) is not { Ready: > 0 and var ready })
        {
            return 0;
        }

        var count = (uint)Math.Min(ready, Math.Min(limit, ushort.MaxValue));
        var tooMany = await broker.UseChannelAsync(
            channel => LookAsync(channel, queue, count, maxPendingBytes, look, cancellationToken), cancellationToken);
        await WaitUntilRequeuedAsync(queue, count, cancellationToken);
        return ready - count + tooMany;
    }

    /// <returns>How many messages were not shown because too many bytes came.</returns>
    private static async Task<uint> LookAsync(
        IChannel channel,
        string queue,
        uint count,
        long maxPendingBytes,
        Func<QueueMessage, bool> look,
        CancellationToken cancellationToken)
    {
        var arrived = Channel.CreateUnbounded<QueueMessage>();
        var pendingBytes = 0L;
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            arrived.Writer.TryComplete(new IOException(reason.ReplyText));
            return Task.CompletedTask;
        };
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            // One that is too large by itself is shown all the same when it is alone: it must not hide the others.
            var pending = Interlocked.Add(ref pendingBytes, message.Body.Length);
            if (pending > maxPendingBytes && pending > message.Body.Length)
            {
                arrived.Writer.TryComplete();
                return Task.CompletedTask;
            }

            // The client reuses the buffer of the body.
            arrived.Writer.TryWrite(new QueueMessage(message.BasicProperties, message.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(prefetchSize: 0, (ushort)count, global: false, cancellationToken);
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancellationToken);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        for (var seen = 0u; seen < count; seen++)
        {
            silence.CancelAfter(Silence);
            try
            {
                var message = await arrived.Reader.ReadAsync(silence.Token);
                Interlocked.Add(ref pendingBytes, -message.Body.Length);
                if (!look(message))
                {
                    return 0;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return 0;
            }
            catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
            {
                throw new IOException(cause.Message, cause);
            }
            catch (ChannelClosedException)
            {
                return count - seen;
            }
        }

        return 0;
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
