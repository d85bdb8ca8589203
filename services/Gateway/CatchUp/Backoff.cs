namespace OfflineActions.Gateway.CatchUp;

/// <summary>How long to wait after a failure: longer each time, and never the same for two that wait.</summary>
internal sealed class Backoff(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private volatile TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int failures;

    /// <summary>It worked: the next failure is the first one.</summary>
    public void Reset() => failures = 0;

    /// <summary>Cuts a wait short, because there is reason to try now.</summary>
    public void Wake() => woken.TrySetResult();

    /// <summary>Waits after one more failure.</summary>
    /// <param name="atLeast">How long the other side asked for, if it did; no more than the longest wait is granted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WaitAsync(TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        var wait = First * Math.Pow(2, Math.Min(failures++, 10)) * (0.5 + Random.Shared.NextDouble());
        wait = wait > atLeast.GetValueOrDefault() ? wait : atLeast.GetValueOrDefault();
        wait = wait < Longest ? wait : Longest;
        woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAny(woken.Task, Task.Delay(wait, clock, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }
}
