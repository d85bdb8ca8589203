namespace OfflineActions.Gateway;

/// <summary>Waits after failures: exponentially longer each time, with jitter.</summary>
internal sealed class Backoff(TimeProvider clock)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private volatile TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int failures;

    /// <summary>Starts again with the shortest wait, after a success.</summary>
    public void Reset() => failures = 0;

    /// <summary>Ends the current wait.</summary>
    public void Wake() => woken.TrySetResult();

    /// <summary>How long to wait after one more failure, at most 30 s.</summary>
    public TimeSpan Next()
    {
        var wait = Shortest * Math.Pow(2, Math.Min(failures++, 10)) * (0.5 + Random.Shared.NextDouble());
        return wait < Longest ? wait : Longest;
    }

    /// <summary>Waits after a failure.</summary>
    /// <param name="atLeast">The minimum, from <c>Retry-After</c>; the maximum of 30 s still holds.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task WaitAsync(TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        var wait = Next();
        wait = wait > atLeast.GetValueOrDefault() ? wait : atLeast.GetValueOrDefault();
        wait = wait < Longest ? wait : Longest;
        woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Task.WhenAny(woken.Task, Task.Delay(wait, clock, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }
}
