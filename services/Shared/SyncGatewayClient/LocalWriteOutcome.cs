namespace OfflineActions.SyncGateway;

/// <summary>How writing a <c>_local</c> document ended.</summary>
public abstract record LocalWriteOutcome
{
    private LocalWriteOutcome()
    {
    }

    /// <summary>It is stored.</summary>
    /// <param name="Revision">The revision that the next write must name.</param>
    public sealed record Written(string Revision) : LocalWriteOutcome;

    /// <summary>It is not at the revision that was to be replaced, or is no longer there; nothing was written.</summary>
    /// <param name="Reason">Sync Gateway's reason.</param>
    public sealed record Conflict(string Reason) : LocalWriteOutcome;

    /// <summary>No usable answer. The write may have happened all the same: read before deciding anything.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long Sync Gateway asked us to wait, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : LocalWriteOutcome;

    /// <summary>An answer that repeats until somebody changes the configuration: address, keyspace or user. Nothing was written.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record Misconfigured(string Reason) : LocalWriteOutcome;
}
