namespace OfflineActions.SyncGateway;

/// <summary>How one HTTP exchange with Sync Gateway ended.</summary>
internal abstract record Reply
{
    private Reply()
    {
    }

    /// <summary>A whole answer. What its status means depends on the request.</summary>
    /// <param name="Status">2xx or 4xx.</param>
    /// <param name="Body">The whole body.</param>
    public sealed record Answer(int Status, byte[] Body) : Reply
    {
        private RawObject? json;
        private bool isParsed;

        /// <summary>The body as a JSON object; null when it is none, or is nested deeper than <see cref="Document.MaxDepth"/>.</summary>
        public RawObject? Json
        {
            get
            {
                if (!isParsed)
                {
                    (json, isParsed) = (RawObject.TryParse(Body), true);
                }

                return json;
            }
        }

        /// <summary>Sync Gateway's own <c>reason</c>; null when the body is not in its form.</summary>
        public string? ServerReason => Json?.Text("reason") is { } reason ? SyncGateway.LogText.From(reason) : null;

        /// <summary><see cref="ServerReason"/>, or a sentence that there is none.</summary>
        public string Reason => ServerReason ?? $"no reason given with the status {Status}";

        /// <summary>The sentence for a 404 about the keyspace.</summary>
        public string NoKeyspace(string keyspace) => $"There is no keyspace {keyspace} at SyncGateway:Url ({Status}, {Reason})";

        /// <summary>The sentence for a refused read or write of a <c>_local</c> document.</summary>
        public string NoLocalDocument(string keyspace) =>
            $"Sync Gateway refuses the use of a local document of keyspace {keyspace} ({Status}, {Reason})";
    }

    /// <summary>No usable answer, for a reason that does not depend on the request.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="TooLong">The answer exceeds <see cref="SyncGatewayOptions.MaxResponseBytes"/>: a request for less may succeed.</param>
    public sealed record Unavailable(Unavailability Cause, bool TooLong = false) : Reply
    {
        public Unavailable(string reason, TimeSpan? retryAfter = null)
            : this(new Unavailability(reason, retryAfter))
        {
        }
    }
}
