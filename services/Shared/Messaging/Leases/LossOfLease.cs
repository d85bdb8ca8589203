namespace OfflineActions.Messaging.Leases;

/// <summary>Cancelled when a lease is lost, and says why. It is never disposed: late events of the connection may still report to it.</summary>
internal sealed class LossOfLease : CancellationTokenSource
{
    private string? reason;

    /// <summary>Why, in the broker's words where it gave any; null before.</summary>
    public string? Reason => Volatile.Read(ref reason);

    /// <summary>Says that it is lost. Only the first reason is kept.</summary>
    public Task HappenedAsync(string why)
    {
        Interlocked.CompareExchange(ref reason, why, null);
        return CancelAsync();
    }
}
