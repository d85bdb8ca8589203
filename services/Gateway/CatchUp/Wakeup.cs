namespace OfflineActions.Gateway.CatchUp;

/// <summary>Lets one loop sleep until there is something to do. A call of <see cref="Set"/> while the loop does not sleep ends its next sleep.</summary>
internal sealed class Wakeup(TimeProvider clock)
{
    /// <summary>The longest time that one timer is set to.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private volatile TaskCompletionSource raised = CreateSource();

    /// <summary>There is something to do. Called after what the loop looks at was changed.</summary>
    public void Set()
    {
        // A processor may read before its own earlier write is seen. Then this would end a sleep that is over already, while the loop looks
        // at what was there before the change, and nothing would wake it up again. The loop's side of this is in SleepAsync.
        Interlocked.MemoryBarrier();
        raised.TrySetResult();
    }

    /// <summary>Sleeps until <see cref="Set"/> is called.</summary>
    /// <param name="atLeast">How long to sleep in any case, so that many calls cause one turn.</param>
    /// <param name="atMost">How long to sleep without a call, and never less; null for no limit.</param>
    /// <param name="cancellationToken">Ends the sleep.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task SleepAsync(TimeSpan atLeast, TimeSpan? atMost, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        await Task.Delay(atLeast, clock, cancellationToken);
        while (!raised.Task.IsCompleted && Left() is var left && left > TimeSpan.Zero)
        {
            // A delay is cut to whole milliseconds, and a timer of the system may still fire a little early. A loop that wakes up before its
            // time finds nothing due, and would sleep for its minimum once more.
            var delay = left < Longest ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : Longest;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(raised.Task, Task.Delay(delay, clock, ended.Token));
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (raised.Task.IsCompleted)
        {
            // Before the loop looks again: what is set from now on may be missed by that look. An exchange, because it is a full fence:
            // after a mere write the look could still come first.
            Interlocked.Exchange(ref raised, CreateSource());
        }

        TimeSpan Left() => atMost is { } limit ? limit - clock.GetElapsedTime(began) : Longest;
    }

    private static TaskCompletionSource CreateSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
