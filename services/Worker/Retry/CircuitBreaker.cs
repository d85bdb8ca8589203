using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Pauses this worker while nearly all attempts fail. Messages in progress wait, and no attempt is counted. After the pause a few are
/// attempted; if they fail too, the next pause begins, else all go on.
/// </summary>
internal sealed class CircuitBreaker(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<CircuitBreaker> log)
{
    /// <summary>Opens above this ratio of failed attempts.</summary>
    private const double FailureRatio = 0.9;

    /// <summary>How many requests are attempted at the same time after a pause, until one does not fail.</summary>
    private const int MaxTrials = 16;

    private readonly MonotonicClock clock = new(clock);
    private readonly Lock gate = new();
    private readonly Queue<bool> recentFailures = new();
    private int failed;
    private int running;
    private bool isTrial;
    private TaskCompletionSource trialChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset pausedUntil;

    /// <summary>Whether attempts must wait.</summary>
    public bool IsOpen => clock.GetUtcNow() < pausedUntil;

    /// <summary>Completes when a request may be attempted. When the attempt has ended, call <see cref="Leave"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; it has not entered.</exception>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            TimeSpan pause;
            lock (gate)
            {
                pause = pausedUntil - clock.GetUtcNow();
                if (pause <= TimeSpan.Zero && (!isTrial || running < MaxTrials))
                {
                    running++;
                    return;
                }

                change = trialChanged.Task;
            }

            await (pause > TimeSpan.Zero ? Task.Delay(pause, clock, cancellationToken) : change.WaitAsync(cancellationToken));
        }
    }

    /// <summary>A request that has entered is no longer attempted.</summary>
    public void Leave()
    {
        lock (gate)
        {
            running--;
            WakeTrials();
        }
    }

    /// <summary>Records how an attempt ended.</summary>
    /// <param name="isFailure">Whether it ended with a transient failure.</param>
    public void Record(bool isFailure)
    {
        lock (gate)
        {
            if (!isFailure && !IsOpen)
            {
                WakeTrials();
                isTrial = false;
            }

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
                isTrial = true;
                log.CircuitBreakerOpened(failed, recentFailures.Count, options.Value.CircuitBreakerPause);
            }
        }
    }
    private void WakeTrials()
    {
        if (isTrial)
        {
            trialChanged.SetResult();
            trialChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
