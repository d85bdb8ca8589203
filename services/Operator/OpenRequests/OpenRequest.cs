using OfflineActions.Contracts;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>A document that asks for something.</summary>
/// <param name="Action">What it asks for.</param>
/// <param name="Keyspace">Where it is.</param>
/// <param name="Document">Its id.</param>
/// <param name="Revision">The revision that asks.</param>
internal sealed record OpenRequest(ActionContract Action, string Keyspace, string Document, string Revision)
{
    /// <summary>What a message about it says. When it was asked for, no document says, so it is as of now.</summary>
    public ActionRequested Message => Action.CreateMessage(Keyspace, Document, Revision, DateTimeOffset.UtcNow);
}
