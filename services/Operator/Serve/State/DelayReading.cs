using System.Globalization;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Finds out when the messages of each delay queue are due.</summary>
/// <remarks>
/// Only the oldest message is looked at, and only while somebody looks at the overview. It is held for a moment then, which does no harm: a
/// delay queue has no delivery limit that matters, keeps the order of messages that come back, and a message that became due meanwhile is
/// given to the work queue when it is back. It stays the oldest until it is due, so it is looked at once. When the last one is due is not
/// looked up, because all before it would have to be held: no message is in a delay queue for longer than its delay, and that bound is shown.
/// </remarks>
internal sealed class DelayReading(BrokerLine broker, ActionCatalog actions, IOptions<BusOptions> bus, TimeProvider clock)
{
    /// <summary>How long after somebody has looked at the overview the oldest messages are still looked at.</summary>
    private static readonly TimeSpan Attention = TimeSpan.FromSeconds(10);

    /// <summary>No queue is looked into more often.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (DateTimeOffset? DueAt, long LookedAt)> known = new(StringComparer.Ordinal);
    private long attendedAt = -1;

    /// <summary>Somebody looks at the overview.</summary>
    public void Attend() => Interlocked.Exchange(ref attendedAt, clock.GetTimestamp());

    /// <summary>The same actions, whose delay queues say when their messages are due. Only one thread may call it at a time.</summary>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<IReadOnlyList<ActionOverview>> AddToAsync(IReadOnlyList<ActionOverview> read, CancellationToken cancellationToken)
    {
        var delays = actions.Actions
            .SelectMany(_ => Lanes.All, (action, lane) => (action.Queues, lane))
            .SelectMany(_ => bus.Value.EffectiveDelays, (of, delay) => (Queue: of.Queues.Delay(delay, of.lane), delay))
            .ToDictionary(queue => queue.Queue, queue => queue.delay, StringComparer.Ordinal);
        var result = new List<ActionOverview>();
        foreach (var action in read)
        {
            var queues = new List<QueueOverview>();
            foreach (var queue in action.Queues)
            {
                queues.Add(queue.Kind is QueueKind.Delay && queue.Ready > 0 && delays.TryGetValue(queue.Name, out var delay)
                    ? queue with { NextDueAt = await FindNextAsync(queue.Name, delay, cancellationToken), AllDueWithinSeconds = delay.TotalSeconds }
                    : queue);
            }

            result.Add(action with { Queues = queues });
        }

        return result;
    }

    /// <returns>Null when it is unknown: nobody looks, or the message was delayed by an older version.</returns>
    private async Task<DateTimeOffset?> FindNextAsync(string queue, TimeSpan delay, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var last = known.GetValueOrDefault(queue);
        if (last.DueAt > now && last.DueAt <= now + delay)
        {
            return last.DueAt;
        }

        var isWatched = Interlocked.Read(ref attendedAt) is >= 0 and var attended && clock.GetElapsedTime(attended) < Attention;
        if (!isWatched || (known.ContainsKey(queue) && clock.GetElapsedTime(last.LookedAt) < BetweenLooks))
        {
            return null;
        }

        known[queue] = (null, clock.GetTimestamp());
        DateTimeOffset? due = null;
        try
        {
            due = await broker.UseAsync(connection => LookAsync(connection, queue, cancellationToken), cancellationToken);
        }
        catch (BrokerUnavailableException)
        {
            // The user may not read this queue, or the connection is gone, which the next reading of all queues says. The bound is known.
        }

        // A clock that is wrong, or anybody who may write to the queue, can claim any time. None is later than the bound.
        due = due > now + delay ? null : due;
        known[queue] = (due, clock.GetTimestamp());
        return due;
    }

    private static async Task<DateTimeOffset?> LookAsync(BrokerConnection connection, string queue, CancellationToken cancellationToken)
    {
        DateTimeOffset? due = null;
        await new QueueBrowser(connection, limit: 1).VisitAsync(
            queue,
            message =>
            {
                due = Read(message.GetText(RetryHeaders.DueAt));
                return Task.FromResult(false);
            },
            cancellationToken);
        return due;
    }

    private static DateTimeOffset? Read(string? header) =>
        long.TryParse(header, NumberStyles.Integer, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, 253_402_300_799_999))
            : null;
}
