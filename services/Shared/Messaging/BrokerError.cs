using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging;

/// <summary>Errors of a broker that is away, slow or refuses something, and what to tell an operator about them.</summary>
internal static class BrokerError
{
    private const ushort NotFound = 404;
    private const ushort PreconditionFailed = 406;

    /// <summary>
    /// Whether the broker says that there is no such queue. With the same number it says of a queue that exists that its node is down, that
    /// it has crashed, or that it does not answer in time: such a queue still has its messages.
    /// </summary>
    public static bool IsMissing(OperationInterruptedException error) =>
        error.ShutdownReason is { ReplyCode: NotFound, ReplyText: var text } && text.StartsWith("NOT_FOUND - no queue ", StringComparison.Ordinal);

    /// <summary>
    /// Whether an error comes from the broker or the network. A cancellation counts as one, because the client reports its own timeouts
    /// that way: ask first whether it was you who cancelled.
    /// </summary>
    public static bool IsExpected(Exception error) =>
        error is RabbitMQClientException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException;

    /// <summary>A sentence for an operator.</summary>
    public static string Describe(Exception error) => error switch
    {
        OperationInterruptedException { ShutdownReason.ReplyCode: PreconditionFailed } refused =>
            Topology.QueueDifference.Explain(refused.ShutdownReason.ReplyText),
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        BrokerUnreachableException when error.GetBaseException() is Tls.BrokerTlsException insecure => insecure.Message,
        BrokerUnreachableException { InnerException: { } inner } => "the broker cannot be reached: " + inner.GetBaseException().Message,
        OperationCanceledException or TimeoutException => "the broker does not answer",
        _ => error.Message,
    };
}
