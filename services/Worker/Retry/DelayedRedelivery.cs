using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Delays a message without holding it in the worker: a copy waits in a delay queue of the broker and comes back to the work queue.
/// </summary>
internal sealed class DelayedRedelivery(IOptions<BusOptions> options, TimeProvider clock, ILogger<DelayedRedelivery> log)
{
    private const int MaxAttempts = 30;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Decides the delays.</summary>
    public RetryPolicy Policy { get; } = new(options.Value.EffectiveDelays);

    /// <summary>
    /// Delays a message. Completes when the broker has confirmed the copy in the delay queue; acknowledge the delivery only then.
    /// </summary>
    public async Task RedeliverAsync(Delivery delivery, Redelivery redelivery)
    {
        var headers = redelivery.State.ToHeaders();
        for (var attempt = 1; ; attempt++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(delivery.CancellationToken);
            deadline.CancelAfter(SendTimeout);
            try
            {
                await delivery.SendToDelayQueueAsync(redelivery.Delay, headers, deadline.Token).WaitAsync(deadline.Token);
                return;
            }
            catch (Exception error) when (attempt < MaxAttempts && !delivery.CancellationToken.IsCancellationRequested)
            {
                // The broker restarts, or has just lost the queue. If the connection stays closed, the broker requeues the message itself.
                log.RedeliveryFailed(error, delivery.Message.DocumentId, attempt);
                await Task.Delay(BetweenAttempts, clock, delivery.CancellationToken);
            }
        }
    }
}
