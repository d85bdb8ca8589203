using System.Diagnostics;
using OfflineActions.Contracts;
using OfflineActions.Operator.Broker;
using RabbitMQ.Client;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>Takes dead letters in hand one after the other. Those that are not done with go back to their queue, whatever happens.</summary>
/// <remarks>
/// A letter is held, unacknowledged, from the moment it is taken until the end: so each is seen once, and the broker itself puts back what
/// is held when this process ends in any way. Letters that others hold meanwhile are not seen. A quorum queue keeps the order of what comes
/// back; only a count of deliveries grows, which these queues allow a million of.
/// </remarks>
internal sealed class QueueInspection(BrokerConnection broker, int limit)
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenGlances = TimeSpan.FromMilliseconds(20);

    /// <summary>Hands out the letters of a queue, at most as many as it has at the start: what is replayed may fail again and come back.</summary>
    /// <param name="action">The action.</param>
    /// <param name="ending">Which of its queues.</param>
    /// <param name="visit">Says whether the letter is done with and may leave the queue.</param>
    /// <param name="cancellationToken">Stops between two letters.</param>
    /// <returns>How many there were that the limit left out.</returns>
    public async Task<uint> VisitAsync(ActionContract action, DeadLetterQueue ending, Func<DeadLetter, Task<bool>> visit, CancellationToken cancellationToken)
    {
        var name = DeadLetter.QueueOf(action, ending);
        if (await LiveQueue.FindAsync(broker, name, cancellationToken) is not { Ready: > 0 and var ready })
        {
            return 0;
        }

        var look = (uint)Math.Min(ready, limit);
        var back = await broker.OnAsync(channel => VisitAsync(channel, name, look, message => visit(DeadLetter.Read(action, ending, message)), cancellationToken), cancellationToken);
        await SettleAsync(name, back, cancellationToken);
        return ready - look;
    }

    /// <returns>How many went back.</returns>
    private static async Task<uint> VisitAsync(
        IChannel channel, string queue, uint look, Func<BasicGetResult, Task<bool>> visit, CancellationToken cancellationToken)
    {
        var (held, last) = (0u, 0ul);
        for (var seen = 0u; seen < look; seen++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is not { } message)
            {
                break;
            }

            if (await visit(message))
            {
                await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
            }
            else
            {
                (held, last) = (held + 1, message.DeliveryTag);
            }
        }

        if (held > 0)
        {
            await channel.BasicNackAsync(last, multiple: true, requeue: true, cancellationToken);
        }

        return held;
    }

    /// <summary>Waits until the queue shows what went back, or the next look would miss it. Somebody else may be taking it meanwhile.</summary>
    private async Task SettleAsync(string queue, uint back, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < LongestSettling && await LiveQueue.FindAsync(broker, queue, cancellationToken) is { Ready: var ready } && ready < back)
        {
            await Task.Delay(BetweenGlances, cancellationToken);
        }
    }
}
