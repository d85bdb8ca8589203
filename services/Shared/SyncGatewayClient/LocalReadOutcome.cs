using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>How reading a <c>_local</c> document ended.</summary>
public abstract record LocalReadOutcome
{
    private LocalReadOutcome()
    {
    }

    /// <summary>There it is.</summary>
    /// <param name="Revision">The revision that a write must name, <c>0-N</c>.</param>
    /// <param name="Body">What was stored, by whomever.</param>
    public sealed record Found(string Revision, JsonObject Body) : LocalReadOutcome;

    /// <summary>There is none of that name; nobody wrote one, or somebody deleted it, or the database is a new one.</summary>
    public sealed record Missing : LocalReadOutcome;

    /// <summary>No usable answer this time; the same read may succeed later.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long Sync Gateway asked us to wait, if it did.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter) : LocalReadOutcome;

    /// <summary>An answer that repeats until somebody changes the configuration: address, keyspace or user.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record Misconfigured(string Reason) : LocalReadOutcome;
}
