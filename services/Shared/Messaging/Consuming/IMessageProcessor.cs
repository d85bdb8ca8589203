namespace OfflineActions.Messaging.Consuming;

/// <summary>Processes the messages of one action's queues, several at a time.</summary>
public interface IMessageProcessor
{
    /// <summary>
    /// Processes one message. The message is acknowledged when the task completes, requeued when it is cancelled or ends in a <see
    /// cref="MessageRequeuedException"/>, and moved to the error queue at any other exception.
    /// </summary>
    /// <exception cref="MessageFailedException">The request failed for good.</exception>
    /// <exception cref="MessageRequeuedException">The message cannot be processed now.</exception>
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

/// <summary>Thrown by a processor to give a message back to its queue. Each time counts towards the queue's delivery limit.</summary>
/// <param name="reason">A sentence for an operator.</param>
/// <param name="cause">Why.</param>
public sealed class MessageRequeuedException(string reason, Exception cause) : Exception(reason, cause);
