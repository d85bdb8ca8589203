using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>What a replay of a dead letter comes to, as its document is now.</summary>
internal abstract record ReplayPlan
{
    private ReplayPlan()
    {
    }

    /// <summary>The document still asks, in the revision of the message: the message goes to work again.</summary>
    public sealed record Republish : ReplayPlan;

    /// <summary>The document is exactly as this message's failure left it: it is to ask again, and the rest follows from that.</summary>
    /// <param name="Document">What is to be written.</param>
    public sealed record Reopen(Document Document) : ReplayPlan;

    /// <summary>There is nothing left to do about it.</summary>
    /// <param name="Why">A sentence.</param>
    public sealed record Obsolete(string Why) : ReplayPlan;

    /// <summary>There never was such a document, so this may be the wrong database: only somebody who knows may throw the message away.</summary>
    public sealed record Stay : ReplayPlan;

    /// <summary>Decides. Pure.</summary>
    /// <param name="read">The document.</param>
    /// <param name="states">The action's states.</param>
    /// <param name="asked">The revision the message is about.</param>
    /// <param name="failed">The revision its failure wrote; null when it could not write one.</param>
    /// <exception cref="UnavailableException">The document could not be read.</exception>
    public static ReplayPlan Of(ReadOutcome read, ActionStates states, string asked, string? failed) => read switch
    {
        ReadOutcome.Found { Document: var document } => Of(document, states, asked, failed),
        ReadOutcome.Missing => new Stay(),
        ReadOutcome.Deleted => new Obsolete("the document was deleted"),
        // Whether a worker can read it by now, a worker is to find out.
        ReadOutcome.Unreadable => new Republish(),
        ReadOutcome.Unavailable { Cause: var cause } => throw new UnavailableException(cause.Reason),
        _ => throw new InvalidOperationException($"A read cannot end like this: {read}"),
    };

    private static ReplayPlan Of(Document document, ActionStates states, string asked, string? failed)
    {
        if (document.Action == states.Request)
        {
            return document.Revision == asked
                ? new Republish()
                : new Obsolete("the document asks in a newer revision, which has a message of its own");
        }

        if (document.Action != states.Failure)
        {
            return new Obsolete("the document is past it");
        }

        return document.Revision == failed
            ? new Reopen(Asking(document, states))
            : new Obsolete("the document was written since it failed");
    }

    private static Document Asking(Document document, ActionStates states)
    {
        var body = document.Body.DeepClone().AsObject();
        body.Remove("error");
        body["action"] = states.Request;
        return document with { Body = body };
    }
}
