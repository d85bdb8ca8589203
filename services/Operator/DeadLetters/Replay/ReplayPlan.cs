using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters.Replay;

/// <summary>What a replay of a dead letter does, given its document as it is now.</summary>
internal abstract record ReplayPlan
{
    private ReplayPlan()
    {
    }

    /// <summary>The document is still the request of the message: publish the message again.</summary>
    /// <param name="Lane">The lane of the document.</param>
    public sealed record Republish(Lane Lane) : ReplayPlan;

    /// <summary>The document is exactly the revision that the failure of this message wrote: write it back as a request.</summary>
    /// <param name="Document">The document to write.</param>
    public sealed record Reopen(Document Document) : ReplayPlan;

    /// <summary>Nothing is left to do: remove the message.</summary>
    /// <param name="Reason">A sentence.</param>
    public sealed record Obsolete(string Reason) : ReplayPlan;

    /// <summary>The document never existed: keep the message, because this may be the wrong Sync Gateway.</summary>
    public sealed record Keep : ReplayPlan;

    /// <summary>The document may not be read: keep the message until it may.</summary>
    /// <param name="Reason">A sentence.</param>
    public sealed record Forbidden(string Reason) : ReplayPlan;

    /// <summary>Decides what to do.</summary>
    /// <param name="read">The document.</param>
    /// <param name="states">The action's states.</param>
    /// <param name="requestRevision">The revision in the message.</param>
    /// <param name="failureRevision">The revision that the failure wrote; null when it wrote none.</param>
    /// <exception cref="UnavailableException">The document could not be read.</exception>
    public static ReplayPlan Create(ReadOutcome read, ActionStates states, string requestRevision, string? failureRevision) => read switch
    {
        ReadOutcome.Found { Document: var document } => Create(document, states, requestRevision, failureRevision),
        ReadOutcome.Missing => new Keep(),
        ReadOutcome.Deleted => new Obsolete("the document was deleted"),
        // A newer worker may be able to read it.
        ReadOutcome.Unreadable { State: var state } => new Republish(Lanes.FromPriority(state?.Priority)),
        ReadOutcome.Unavailable { IsForbidden: true, Cause: var cause } => new Forbidden(cause.Reason),
        ReadOutcome.Unavailable { Cause: var cause } => throw new UnavailableException(cause.Reason),
        _ => throw new InvalidOperationException($"Unknown read outcome: {read}"),
    };

    private static ReplayPlan Create(Document document, ActionStates states, string requestRevision, string? failureRevision)
    {
        if (document.Action == states.Request)
        {
            // Without a failure, a request in which a worker has noted its attempts is still the one of the message.
            return document.Revision == requestRevision || (failureRevision is null && document.HasProgress)
                ? new Republish(Lanes.FromPriority(document.Priority))
                : new Obsolete("the document is a newer request, which has its own message");
        }

        if (document.Action != states.Failure)
        {
            return new Obsolete("the document is no longer a failed request");
        }

        return document.Revision == failureRevision
            ? new Reopen(ToRequest(document, states))
            : new Obsolete("the document was written after the failure");
    }

    private static Document ToRequest(Document document, ActionStates states) =>
        document with { Body = document.Body.Without("error").With("action", states.Request) };
}
