using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>What came back for one request, with the troubles that mean the same for every request already told apart.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>An answer about what was asked. Whether it is good news depends on the question.</summary>
    /// <param name="Status">2xx or 4xx.</param>
    /// <param name="Body">All that it carried.</param>
    public sealed record Answer(int Status, byte[] Body) : Reply
    {
        private readonly Lazy<JsonElement?> json = new(() => DocumentJson.ParseObject(Body));

        /// <summary>The object it carried, or null when it carried none. A long answer is better read by a reader of its own.</summary>
        public JsonElement? Json => json.Value;

        /// <summary>Whether it is an object that is nested too deep to be read.</summary>
        public bool IsTooDeep => Json is null && DocumentJson.IsObject(Body);

        /// <summary>Sync Gateway's own <c>reason</c>, or null when the answer is not in its form.</summary>
        public string? ServerReason => Json?.Text("reason") is { } reason ? SyncGateway.LogText.From(reason) : null;

        /// <summary>That reason, or what can be said without one.</summary>
        public string Reason => ServerReason ?? $"no reason given with the status {Status}";
    }

    /// <summary>No answer, or one that says: not now.</summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="RetryAfter">How long Sync Gateway asked us to wait, if it did.</param>
    /// <param name="TooLong">There is an answer, but it is longer than is read: asking for less may help.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null, bool TooLong = false) : Reply;

    /// <summary>An answer that will not change by itself.</summary>
    public sealed record Misconfigured(string Reason) : Reply;
}
