namespace OfflineActions.SyncGateway;

/// <summary>How a write ended.</summary>
public abstract record WriteOutcome
{
    private WriteOutcome()
    {
    }

    /// <summary>It is the document's newest revision.</summary>
    /// <param name="Revision">The revision the write became.</param>
    public sealed record Written(string Revision) : WriteOutcome;

    /// <summary>The revision it was to replace is no longer the current one; nothing was written.</summary>
    /// <param name="Reason">Sync Gateway's reason.</param>
    public sealed record Conflict(string Reason) : WriteOutcome;

    /// <summary>Sync Gateway does not want this content, from this user, now or later; nothing was written.</summary>
    /// <param name="Status">The HTTP status, for example 403 when the sync function refused it, or 413 when it is too large.</param>
    /// <param name="Reason">Sync Gateway's reason.</param>
    public sealed record Refused(int Status, string Reason) : WriteOutcome;

    /// <summary>No usable answer. The write may have happened all the same: read the document again before deciding anything.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long Sync Gateway asked us to wait, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : WriteOutcome;

    /// <summary>An answer that repeats until somebody changes the configuration: address, keyspace or user. Nothing was written.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record Misconfigured(string Reason) : WriteOutcome;
}
