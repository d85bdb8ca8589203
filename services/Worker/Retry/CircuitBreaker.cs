using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Pauses this worker while nearly all attempts fail. Messages in progress wait, and no attempt is counted. After the pause they are
/// attempted; if they fail too, the next pause begins.
/// </summary>
internal sealed class CircuitBreaker(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<CircuitBreaker> log)
{
    /// <summary>Opens above this ratio of failed attempts.</summary>
    private const double FailureRatio = 0.9;

    private readonly MonotonicClock clock = new(clock);
    private readonly Lock gate = new();
    private readonly Queue<bool> recentFailures = new();
    private int failed;
    private DateTimeOffset pausedUntil;

    /// <summary>Whether attempts must wait.</summary>
    public bool IsOpen => clock.GetUtcNow() < pausedUntil;

    /// <summary>Completes when a request may be attempted.</summary>
    public async Task WaitUntilClosedAsync(CancellationToken cancellationToken)
    {
        if (pausedUntil - clock.GetUtcNow() is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Records how an attempt ended.</summary>
    /// <param name="isFailure">Whether it ended with a transient failure.</param>
    public void Record(bool isFailure)
    {
        lock (gate)
        {
            recentFailures.Enqueue(isFailure);
            failed += isFailure ? 1 : 0;
            if (recentFailures.Count > options.Value.CircuitBreakerAttempts)
            {
                failed -= recentFailures.Dequeue() ? 1 : 0;
            }

            if (isFailure
                && !IsOpen
                && recentFailures.Count >= options.Value.CircuitBreakerAttempts
                && failed > FailureRatio * recentFailures.Count)
            {
                pausedUntil = clock.GetUtcNow() + options.Value.CircuitBreakerPause;
                log.CircuitBreakerOpened(failed, recentFailures.Count, options.Value.CircuitBreakerPause);
            }
        }
    }
}
