namespace Contracts;

/// <summary>One action: the states it goes through in a document, the message that asks for it, and the queues that message passes.</summary>
/// <typeparam name="TMessage">The message. Its namespace and name are its name on the wire, so neither ever changes.</typeparam>
/// <param name="name">What the states begin with: <c>person</c> gives <c>person_request</c>.</param>
/// <param name="queues">Where its messages wait.</param>
/// <param name="write">Makes the message from a reference.</param>
/// <param name="read">Reads the reference out of a message.</param>
public sealed class ActionContract<TMessage>(
    string name,
    ActionQueues queues,
    Func<RequestReference, TMessage> write,
    Func<TMessage, RequestReference> read)
    where TMessage : class
{
    /// <summary>The values of a document's <c>action</c> that belong to this action.</summary>
    public ActionStates States { get; } = new(name);

    /// <summary>Where its messages wait.</summary>
    public ActionQueues Queues { get; } = queues;

    /// <summary>The message that asks for what <paramref name="reference"/> refers to.</summary>
    public TMessage Write(RequestReference reference) => write(reference);

    /// <summary>What <paramref name="message"/> refers to.</summary>
    public RequestReference Read(TMessage message) => read(message);
}
