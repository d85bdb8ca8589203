using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Worker.Retry;

/// <summary>
/// Pauses an action in this worker while nearly all attempts at it fail. Requests wait meanwhile, and no attempt is counted. After the
/// pause one is attempted, and after each success twice as many, until the number has no limit; if they fail, the next pause begins.
/// A worker that starts begins with a few, too.
/// </summary>
internal sealed class CircuitBreaker(IOptions<WorkerOptions> options, TimeProvider clock, ILogger<CircuitBreaker> log)
{
    /// <summary>Opens above this ratio of failed attempts.</summary>
    private const double FailureRatio = 0.9;

    /// <summary>
    /// How many requests are attempted at the same time by a worker that has just started: what they need may refuse so many at once.
    /// </summary>
    private const int FirstLimit = 16;

    /// <summary>No worker processes more messages of an action at the same time: see <see cref="WorkerOptions.Concurrency"/>.</summary>
    private const int NoLimit = 1_024;

    private readonly MonotonicClock clock = new(clock);
    private readonly Lock gate = new();
    private readonly Queue<bool> recentFailures = new();
    private readonly LinkedList<TaskCompletionSource<int?>> waiting = [];
    private int failed;
    private int running;
    private int limit = FirstLimit;
    private int pauses;
    private DateTimeOffset pausedUntil;

    /// <summary>Whether attempts must wait.</summary>
    public bool IsOpen => clock.GetUtcNow() < pausedUntil;

    /// <summary>Until when attempts must wait; null when they need not.</summary>
    public DateTimeOffset? OpenUntil
    {
        get
        {
            lock (gate)
            {
                return pausedUntil > clock.GetUtcNow() ? pausedUntil : null;
            }
        }
    }

    /// <summary>
    /// How many requests may be attempted at the same time while too few have succeeded since the last pause; null before the first
    /// pause, during one, and when as many may as in a worker that has just started.
    /// </summary>
    public int? HalfOpenLimit
    {
        get
        {
            lock (gate)
            {
                return pauses > 0 && limit < FirstLimit && pausedUntil <= clock.GetUtcNow() ? limit : null;
            }
        }
    }

    /// <summary>
    /// Completes when a request may be attempted, those that have waited longest first. When the attempt has ended, call
    /// <see cref="Leave"/>.
    /// </summary>
    /// <returns>The number of pauses before it: see <see cref="IsStillAllowed"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; it has not entered.</exception>
    public async Task<int> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            LinkedListNode<TaskCompletionSource<int?>>? turn = null;
            TimeSpan pause;
            lock (gate)
            {
                pause = pausedUntil - clock.GetUtcNow();
                if (pause <= TimeSpan.Zero)
                {
                    if (waiting.Count == 0 && running < limit)
                    {
                        running++;
                        return pauses;
                    }

                    turn = waiting.AddLast(new TaskCompletionSource<int?>(TaskCreationOptions.RunContinuationsAsynchronously));
                    LetIn();
                }
            }

            if (turn is null)
            {
                // Rounded up: a delay of less than a millisecond would be none.
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), clock, cancellationToken);
            }
            else if (await WaitAsync(turn, cancellationToken) is { } entered)
            {
                return entered;
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
            LetIn();
        }
    }

    /// <summary>Records what an attempt says about the service that the action needs.</summary>
    /// <param name="entered">The result of <see cref="EnterAsync"/>. What began before the last pause changes nothing.</param>
    /// <param name="isSuccess">Whether the service did its part.</param>
    public void Record(int entered, bool isSuccess)
    {
        lock (gate)
        {
            if (entered != pauses)
            {
                return;
            }

            recentFailures.Enqueue(!isSuccess);
            failed += isSuccess ? 0 : 1;
            if (recentFailures.Count > options.Value.CircuitBreakerAttempts)
            {
                failed -= recentFailures.Dequeue() ? 1 : 0;
            }

            if (isSuccess)
            {
                limit = Math.Min(2 * limit, NoLimit);
                LetIn();
            }
            else if (recentFailures.Count >= options.Value.CircuitBreakerAttempts && failed > FailureRatio * recentFailures.Count)
            {
                pausedUntil = clock.GetUtcNow() + options.Value.CircuitBreakerPause;
                (limit, pauses) = (1, pauses + 1);
                SendAwayWaiting();
                log.CircuitBreakerOpened(failed, recentFailures.Count, options.Value.CircuitBreakerPause);
            }
        }
    }

    /// <returns>Null when a pause has begun meanwhile.</returns>
    private async Task<int?> WaitAsync(LinkedListNode<TaskCompletionSource<int?>> turn, CancellationToken cancellationToken)
    {
        try
        {
            return await turn.Value.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                if (turn.List is not null)
                {
                    waiting.Remove(turn);
                }
                else if (turn.Value.Task.Result is not null)
                {
                    // It was let in at the moment it gave up.
                    running--;
                    LetIn();
                }
            }

            throw;
        }
    }

    private void LetIn()
    {
        while (running < limit && waiting.First is { } next)
        {
            waiting.RemoveFirst();
            running++;
            next.Value.SetResult(pauses);
        }
    }

    private void SendAwayWaiting()
    {
        foreach (var turn in waiting)
        {
            turn.SetResult(null);
        }

        waiting.Clear();
    }
}
