using OfflineActions.Contracts;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>A document that is a request.</summary>
/// <param name="Action">The requested action.</param>
/// <param name="Keyspace">The document's keyspace.</param>
/// <param name="Document">The document's id.</param>
/// <param name="Revision">The document's revision.</param>
/// <param name="Lane">The lane of the request.</param>
internal sealed record OpenRequest(ActionContract Action, string Keyspace, string Document, string Revision, Lane Lane)
{
    /// <summary>The queue of its message.</summary>
    public string Queue => Action.Queues.WorkOf(Lane);

    /// <summary>The message for it. A document does not say when it was written, so the message's time is the current one.</summary>
    public ActionRequested CreateMessage() => Action.CreateMessage(Keyspace, Document, Revision, DateTimeOffset.UtcNow);
}
