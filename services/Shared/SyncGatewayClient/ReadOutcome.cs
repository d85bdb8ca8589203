namespace OfflineActions.SyncGateway;

/// <summary>How a read ended.</summary>
public abstract record ReadOutcome
{
    private ReadOutcome()
    {
    }

    /// <summary>There it is.</summary>
    /// <param name="Document">Its winning revision.</param>
    public sealed record Found(Document Document) : ReadOutcome;

    /// <summary>The keyspace has never had such a document, or has purged it.</summary>
    public sealed record Missing : ReadOutcome;

    /// <summary>The document's winning revision is a deletion.</summary>
    public sealed record Deleted : ReadOutcome;

    /// <summary>There is a document, but it is longer or nested deeper than is read here, and will be the next time.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record Unreadable(string Reason) : ReadOutcome;

    /// <summary>No usable answer this time; the same read may succeed later.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long Sync Gateway asked us to wait, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : ReadOutcome;

    /// <summary>An answer that repeats until somebody changes the configuration: address, keyspace, user, or what the user may see.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record Misconfigured(string Reason) : ReadOutcome;
}
