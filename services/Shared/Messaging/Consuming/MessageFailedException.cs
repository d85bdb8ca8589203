namespace OfflineActions.Messaging.Consuming;

/// <summary>Thrown by a processor to end a message: it moves to the error queue, with the message of this exception as its reason.</summary>
/// <param name="reason">A sentence for an operator.</param>
/// <param name="headers">Headers that the message gets in the error queue.</param>
public sealed class MessageFailedException(string reason, IReadOnlyDictionary<string, string> headers) : Exception(reason)
{
    /// <summary>Headers that the message gets in the error queue.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;
}
