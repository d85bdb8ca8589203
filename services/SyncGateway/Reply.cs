using System.Text.Json;

namespace SyncGateway;

/// <summary>What came back for one request, with the troubles that mean the same for every request already told apart.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>An answer about what was asked. Whether it is good news depends on the question.</summary>
    /// <param name="Status">2xx or 4xx.</param>
    /// <param name="Json">The object it carried, or null when it carried none.</param>
    public sealed record Answer(int Status, JsonElement? Json) : Reply
    {
        /// <summary>Sync Gateway's own <c>reason</c>, or null when the answer is not in its form.</summary>
        public string? ServerReason => Json?.Text("reason") is { } reason ? SyncGateway.Reason.From(reason) : null;

        /// <summary>That reason, or what can be said without one.</summary>
        public string Reason => ServerReason ?? $"no reason given with the status {Status}";
    }

    /// <summary>No answer, or one that says: not now.</summary>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : Reply;

    /// <summary>An answer that will not change by itself.</summary>
    public sealed record Misconfigured(string Reason) : Reply;
}
