namespace OfflineActions.SyncGateway;

/// <summary>How reading the changes feed ended.</summary>
public abstract record ChangesOutcome
{
    private ChangesOutcome()
    {
    }

    /// <summary>What has changed; nothing, when nothing did in time.</summary>
    /// <param name="Rows">Each document once, at its newest place, as far as this batch goes; a later batch may repeat it.</param>
    /// <param name="Last">From where to read on. Opaque: neither to be compared nor taken apart.</param>
    public sealed record Batch(IReadOnlyList<ChangesRow> Rows, string Last) : ChangesOutcome;

    /// <summary>The answer is longer than is read into memory: ask for fewer rows, or without documents.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record TooLong(string Reason) : ChangesOutcome;

    /// <summary>No usable answer this time; the same question may be answered later.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long Sync Gateway asked us to wait, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : ChangesOutcome;

    /// <summary>An answer that repeats until somebody changes the configuration: address, keyspace, user or channel.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record Misconfigured(string Reason) : ChangesOutcome;
}
