using System.Text.RegularExpressions;

namespace OfflineActions.Contracts;

/// <summary>One action: its states in a document, its message, and the queues of that message.</summary>
public abstract partial class ActionContract
{
    private protected ActionContract(string name, string queue, Type messageType)
    {
        if (!ActionName().IsMatch(name))
        {
            throw new ArgumentException(
                $"'{name}' cannot be the name of an action: use lower-case letters, digits and underscores, with a letter first.", nameof(name));
        }

        States = new ActionStates(name);
        Queues = new ActionQueues(queue);
        MessageType = messageType;
        Exchange = "Contracts:" + messageType.Name;
    }

    /// <summary>The values of a document's <c>action</c> that belong to this action.</summary>
    public ActionStates States { get; }

    /// <summary>The queues of its messages.</summary>
    public ActionQueues Queues { get; }

    /// <summary>The type of its message, a subclass of <see cref="ActionRequested"/>.</summary>
    public Type MessageType { get; }

    /// <summary>
    /// The exchange of its messages, which is also the message's name on the wire: <c>Contracts:PersonRequested</c>. It does not depend on
    /// the .NET namespace, so that code can move while messages wait in queues.
    /// </summary>
    public string Exchange { get; }

    /// <summary>The message for one request.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="documentId">The document's <c>_id</c>.</param>
    /// <param name="revision">The revision that is the request.</param>
    /// <param name="requestedAt">When the request was first received, in UTC.</param>
    public abstract ActionRequested CreateMessage(string keyspace, string documentId, string revision, DateTimeOffset requestedAt);

    [GeneratedRegex(@"^[a-z][a-z0-9_]*\z")]
    private static partial Regex ActionName();
}

/// <inheritdoc />
/// <typeparam name="TMessage">The message. Its name is part of the wire format and never changes.</typeparam>
/// <param name="name">
/// The prefix of the states: <c>person</c> gives <c>person_request</c>. Lower-case letters, digits and underscores, with a letter first.
/// </param>
/// <param name="queue">The work queue, for example <c>person-requested</c>. The names of the other queues follow from it.</param>
public sealed class ActionContract<TMessage>(string name, string queue) : ActionContract(name, queue, typeof(TMessage))
    where TMessage : ActionRequested, new()
{
    /// <inheritdoc />
    public override ActionRequested CreateMessage(string keyspace, string documentId, string revision, DateTimeOffset requestedAt) =>
        new TMessage() with { Keyspace = keyspace, DocumentId = documentId, Revision = revision, RequestedAt = requestedAt };
}
