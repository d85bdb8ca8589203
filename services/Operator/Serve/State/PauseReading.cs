using System.Collections.Concurrent;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.Serve.State;

/// <summary>
/// Reads who paused an action, since when and why. To read a message counts as a delivery, and after a million the broker would drop it. So
/// the page reads it once a minute, not each time that it reads the numbers of the queues.
/// </summary>
internal sealed class PauseReading(TimeProvider clock)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, (ActionPause Pause, long ReadAt)> known = new(StringComparer.Ordinal);

    /// <param name="connection">The broker.</param>
    /// <param name="queues">The queues of the action.</param>
    /// <param name="paused">Its paused queue, as it is now; null when there is no such queue.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>Null when the action is not paused.</returns>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    public async Task<ActionPause?> ReadAsync(
        BrokerConnection connection, ActionQueues queues, QueueState? paused, CancellationToken cancellationToken)
    {
        if (paused is null or { Ready: 0, Consumers: 0 })
        {
            Forget(queues);
            return null;
        }

        if (known.TryGetValue(queues.Work, out var last) && clock.GetElapsedTime(last.ReadAt) < Freshness)
        {
            return last.Pause;
        }

        if (await PauseSwitch.FindAsync(connection, queues, cancellationToken) is not { } pause)
        {
            Forget(queues);
            return null;
        }

        known[queues.Work] = (pause, clock.GetTimestamp());
        return pause;
    }

    /// <summary>The pause has changed: it is read anew the next time.</summary>
    public void Forget(ActionQueues queues) => known.TryRemove(queues.Work, out _);
}
