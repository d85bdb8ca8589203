namespace OfflineActions.Messaging.Consuming;

/// <summary>Processes the messages of one action's queues, several at a time.</summary>
public interface IMessageProcessor
{
    /// <summary>
    /// Processes one message. The message is acknowledged when the task completes, requeued when it is cancelled, and moved to the error
    /// queue at any other exception.
    /// </summary>
    /// <exception cref="MessageFailedException">The request failed for good.</exception>
    Task ProcessAsync(Delivery delivery);
}

/// <summary>Thrown by a processor to move a message to the error queue, with the message of this exception as the reason.</summary>
/// <param name="reason">A sentence for an operator.</param>
/// <param name="headers">Headers to add to the message in the error queue.</param>
public sealed class MessageFailedException(string reason, IReadOnlyDictionary<string, string> headers) : Exception(reason)
{
    /// <summary>Headers to add to the message in the error queue.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;
}
