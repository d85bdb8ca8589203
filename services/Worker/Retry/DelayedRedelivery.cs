using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Delays a message without holding it in the worker: a copy waits in a delay queue of the broker and comes back to the work queue.
/// </summary>
internal sealed class DelayedRedelivery(
    IOptions<BusOptions> options, TimeProvider clock, RepeatedEvents repeated, ILogger<DelayedRedelivery> log)
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a worker keeps a message that no delay queue takes. Each hand-back counts towards the delivery limit, so it is long; the
    /// broker takes a message away by itself after 30 minutes.
    /// </summary>
    private static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(10);

    /// <summary>Decides the delays.</summary>
    public RetryPolicy Policy { get; } = new(options.Value.EffectiveDelays);

    /// <summary>
    /// Delays a message. Completes when the broker has confirmed the copy in the delay queue; acknowledge the delivery only then.
    /// </summary>
    /// <exception cref="MessageRequeuedException">No delay queue took the copy for minutes: the document still asks, so the message goes
    /// back to its queue.</exception>
    public async Task RedeliverAsync(Delivery delivery, Redelivery redelivery)
    {
        var (started, pause) = (clock.GetTimestamp(), ShortestPause);
        for (var attempt = 1; ; attempt++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(delivery.CancellationToken);
            deadline.CancelAfter(SendTimeout);
            try
            {
                // New for each attempt: one that was given up may still read its own.
                var headers = redelivery.State.ToHeaders();
                headers[RetryHeaders.DueAt] = (clock.GetUtcNow() + redelivery.Delay).ToUnixTimeMilliseconds();
                await delivery.SendToDelayQueueAsync(redelivery.Delay, headers, deadline.Token).WaitAsync(deadline.Token);
                return;
            }
            catch (Exception error) when (!delivery.CancellationToken.IsCancellationRequested)
            {
                // The broker restarts, or has just lost the queue. If the connection stays closed, the broker requeues the message itself.
                // Meanwhile every message in progress tries again and again, for the same reason.
                var (kept, reason) = (clock.GetElapsedTime(started), error.GetBaseException());
                if (kept >= KeepFor)
                {
                    if (repeated.ShouldLog($"{nameof(Log.HandedBack)} {reason.GetType()}", out var others))
                    {
                        log.HandedBack(delivery.Message.DocumentId, kept, reason.Message, others);
                    }

                    throw new MessageRequeuedException("No delay queue took the message.", error);
                }

                if (repeated.ShouldLog($"{nameof(Log.RedeliveryFailed)} {reason.GetType()}", out var suppressed))
                {
                    log.RedeliveryFailed(delivery.Message.DocumentId, attempt, reason.Message, suppressed);
                }

                await Task.Delay(pause, clock, delivery.CancellationToken);
                pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
            }
        }
    }
}
