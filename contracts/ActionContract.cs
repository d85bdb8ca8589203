namespace OfflineActions.Contracts;

/// <summary>One action: the states it goes through in a document, the message that requests it, and the queues that message passes.</summary>
public abstract class ActionContract
{
    private protected ActionContract(string name, string queue, Type messageType)
    {
        States = new ActionStates(name);
        Queues = new ActionQueues(queue);
        MessageType = messageType;
        Exchange = "Contracts:" + messageType.Name;
    }

    /// <summary>The values of a document's <c>action</c> that belong to this action.</summary>
    public ActionStates States { get; }

    /// <summary>The queues its messages pass.</summary>
    public ActionQueues Queues { get; }

    /// <summary>The type of its message, a subclass of <see cref="ActionRequested"/>.</summary>
    public Type MessageType { get; }

    /// <summary>
    /// The exchange its messages are published to, which is also the message's name on the wire: <c>Contracts:PersonRequested</c>. It does
    /// not follow the .NET namespace, so that the code can be moved while messages wait in queues.
    /// </summary>
    public string Exchange { get; }

    /// <summary>The message for one request.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="documentId">The document's <c>_id</c>.</param>
    /// <param name="revision">The revision that asks.</param>
    /// <param name="requestedAt">When the request was first seen, in UTC.</param>
    public abstract ActionRequested CreateMessage(string keyspace, string documentId, string revision, DateTimeOffset requestedAt);
}

/// <inheritdoc />
/// <typeparam name="TMessage">The message. Its name is part of the wire format and never changes.</typeparam>
/// <param name="name">What the states begin with: <c>person</c> gives <c>person_request</c>.</param>
/// <param name="queue">The work queue, for example <c>person-requested</c>. The names of the other queues follow from it.</param>
public sealed class ActionContract<TMessage>(string name, string queue) : ActionContract(name, queue, typeof(TMessage))
    where TMessage : ActionRequested, new()
{
    /// <inheritdoc />
    public override ActionRequested CreateMessage(string keyspace, string documentId, string revision, DateTimeOffset requestedAt) =>
        (ActionRequested)new TMessage() with { Keyspace = keyspace, DocumentId = documentId, Revision = revision, RequestedAt = requestedAt };
}
