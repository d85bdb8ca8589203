using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Slows this worker down while nearly everything it tries fails. Requests it has taken wait in its hands, and cost no attempt; when the
/// pause is over as many are tried as it has hands, and if they fail too, the next pause begins.
/// </summary>
internal sealed class CircuitBreaker(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<CircuitBreaker> log)
{
    /// <summary>Nearly everything: more than nine of ten.</summary>
    private const double Share = 0.9;

    private readonly Lock gate = new();
    private readonly Queue<bool> recent = new();
    private int failed;
    private DateTimeOffset pausedUntil;

    /// <summary>Whether it holds.</summary>
    public bool IsOpen => clock.GetUtcNow() < pausedUntil;

    /// <summary>Completes when a request may be tried: at once, unless the brake is on.</summary>
    public async Task WaitUntilClosedAsync(CancellationToken cancellationToken)
    {
        if (pausedUntil - clock.GetUtcNow() is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Notes how a try ended: whether the work failed in a way that may pass, or not.</summary>
    public void Record(bool failure)
    {
        lock (gate)
        {
            recent.Enqueue(failure);
            failed += failure ? 1 : 0;
            if (recent.Count > options.Value.CircuitBreakerAttempts)
            {
                failed -= recent.Dequeue() ? 1 : 0;
            }

            if (failure && !IsOpen && recent.Count >= options.Value.CircuitBreakerAttempts && failed > Share * recent.Count)
            {
                pausedUntil = clock.GetUtcNow() + options.Value.CircuitBreakerPause;
                log.CircuitBreakerOpened(failed, recent.Count, options.Value.CircuitBreakerPause);
            }
        }
    }
}
