using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Pauses an action in this worker while nearly all attempts at it fail. Requests wait meanwhile, and no attempt is counted. After the
/// pause a few are attempted, and twice as many after each success, until the number has no limit; if they fail, the next pause begins.
/// </summary>
internal sealed class CircuitBreaker(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<CircuitBreaker> log)
{
    /// <summary>Opens above this ratio of failed attempts.</summary>
    private const double FailureRatio = 0.9;

    /// <summary>How many requests are attempted at the same time after a pause, until one succeeds.</summary>
    private const int FirstTrials = 16;

    /// <summary>No worker processes more messages of an action at the same time: see <see cref="WorkerOptions.Concurrency"/>.</summary>
    private const int NoLimit = 1_024;

    private readonly MonotonicClock clock = new(clock);
    private readonly Lock gate = new();
    private readonly Queue<bool> recentFailures = new();
    private readonly LinkedList<TaskCompletionSource> waiting = [];
    private int failed;
    private int running;
    private int limit = NoLimit;
    private int pauses;
    private DateTimeOffset pausedUntil;

    /// <summary>Whether attempts must wait.</summary>
    public bool IsOpen => clock.GetUtcNow() < pausedUntil;

    /// <summary>Completes when a request may be attempted. When the attempt has ended, call <see cref="Leave"/>.</summary>
    /// <param name="isAlone">
    /// Whether it is the only one that is processed, as in quarantine: it waits for the end of the pause, and then for no other one.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What <see cref="IsStillAllowed"/> needs to know.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; it has not entered.</exception>
    public async Task<int> EnterAsync(bool isAlone, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan pause;
            LinkedListNode<TaskCompletionSource>? turn = null;
            lock (gate)
            {
                pause = pausedUntil - clock.GetUtcNow();
                if (pause <= TimeSpan.Zero)
                {
                    if (isAlone || running < limit)
                    {
                        running++;
                        return pauses;
                    }

                    turn = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }
            }

            if (turn is null)
            {
                await Task.Delay(pause, clock, cancellationToken);
                continue;
            }

            try
            {
                await turn.Value.Task.WaitAsync(cancellationToken);
            }
            finally
            {
                lock (gate)
                {
                    waiting.Remove(turn);
                    // If it gives up at the moment of its turn, another one takes it.
                    WakeWaiting();
                }
            }
        }
    }

    /// <summary>Whether a request that has entered may still be attempted: no pause has begun since.</summary>
    /// <param name="entered">The result of <see cref="EnterAsync"/>.</param>
    public bool IsStillAllowed(int entered)
    {
        lock (gate)
        {
            return entered == pauses;
        }
    }

    /// <summary>A request that has entered is no longer attempted.</summary>
    public void Leave()
    {
        lock (gate)
        {
            running--;
            WakeWaiting();
        }
    }

    /// <summary>Records how an attempt ended.</summary>
    /// <param name="isFailure">Whether it ended with a transient failure.</param>
    /// <param name="isSuccess">Whether the action was performed. Neither, when the attempt says nothing about what the action needs.</param>
    public void Record(bool isFailure, bool isSuccess)
    {
        lock (gate)
        {
            if (isSuccess && !IsOpen && limit < NoLimit)
            {
                limit *= 2;
                WakeWaiting();
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
                limit = FirstTrials;
                pauses++;
                log.CircuitBreakerOpened(failed, recentFailures.Count, options.Value.CircuitBreakerPause);
            }
        }
    }

    // As many as there is room for, the oldest first. They look again, and wait anew if others were quicker.
    private void WakeWaiting()
    {
        var turn = waiting.First;
        for (var room = limit - running; room > 0 && turn is not null; room--, turn = turn.Next)
        {
            turn.Value.TrySetResult();
        }
    }
}
