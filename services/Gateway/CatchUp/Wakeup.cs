namespace OfflineActions.Gateway.CatchUp;

/// <summary>Lets one loop sleep until there is something to do. A call of <see cref="Set"/> while the loop does not sleep ends its next sleep.</summary>
internal sealed class Wakeup(TimeProvider clock)
{
    /// <summary>The longest time that a timer takes; a loop that wakes up after it sleeps again.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private volatile TaskCompletionSource raised = CreateSource();

    /// <summary>There is something to do.</summary>
    public void Set() => raised.TrySetResult();

    /// <summary>Sleeps until <see cref="Set"/> is called.</summary>
    /// <param name="atLeast">How long to sleep in any case, so that many calls cause one turn.</param>
    /// <param name="atMost">How long to sleep without a call; null for no limit.</param>
    /// <param name="cancellationToken">Ends the sleep.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task SleepAsync(TimeSpan atLeast, TimeSpan? atMost, CancellationToken cancellationToken)
    {
        await Task.Delay(atLeast, clock, cancellationToken);
        var rest = (atMost ?? Longest) - atLeast;
        if (rest > TimeSpan.Zero)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(raised.Task, Task.Delay(rest < Longest ? rest : Longest, clock, ended.Token));
            await ended.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (raised.Task.IsCompleted)
        {
            // Before the loop looks again: what is set from now on may be missed by that look.
            raised = CreateSource();
        }
    }

    private static TaskCompletionSource CreateSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
