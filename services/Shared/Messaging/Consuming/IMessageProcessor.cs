namespace OfflineActions.Messaging.Consuming;

/// <summary>Works on the messages of one action's queues, several at a time.</summary>
public interface IMessageProcessor
{
    /// <summary>
    /// Works on one message. When the task completes the message is acknowledged; when it is cancelled the message is requeued; any other
    /// exception moves it to the error queue.
    /// </summary>
    /// <exception cref="MessageFailedException">The request failed for good.</exception>
    Task ProcessAsync(Delivery delivery);
}
