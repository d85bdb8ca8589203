using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>What is wrong with a message that names no request. Only one that somebody published by hand is wrong.</summary>
internal static class MessageFault
{
    /// <summary>A sentence for an operator; null when the message may name a request. A value may be null: MassTransit lets it pass.</summary>
    public static string? Find(ActionRequested message) =>
        !Keyspace.IsValid(message.Keyspace) ? "The keyspace is not valid: it is db, db.collection or db.scope.collection."
        : !DocumentId.IsValid(message.DocumentId) ? "The documentId is not valid: it has 1 to 250 bytes and does not begin with an underscore."
        : message.Revision is null ? "The revision is missing."
        : null;
}
