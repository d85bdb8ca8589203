using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Queues;

/// <summary>Publishes messages directly to queues and waits for the broker to confirm each.</summary>
public sealed class QueuePublisher : IAsyncDisposable
{
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10);

    private readonly BrokerConnection broker;
    private readonly IChannel channel;

    internal QueuePublisher(BrokerConnection broker, IChannel channel) => (this.broker, this.channel) = (broker, channel);

    /// <summary>Publishes one message. Completes when the message is in the queue.</summary>
    /// <exception cref="BrokerUnavailableException">There is no such queue, or no confirm came; the queue may have the message.</exception>
    public Task PublishAsync(string queue, QueueMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        return broker.GuardAsync(() => PublishConfirmedAsync(queue, message, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => channel.DisposeAsync();

    private async Task<bool> PublishConfirmedAsync(string queue, QueueMessage message, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ConfirmTimeout);
        try
        {
            // To the queue's own exchange, so that the rights of a user can name where it may publish. Mandatory: a broker confirms and
            // drops a message that no queue takes. WaitAsync: on a connection that just broke, the client does not always honour the token.
            await channel
                .BasicPublishAsync(queue, routingKey: "", mandatory: true, message.Properties, message.Body, deadline.Token)
                .AsTask()
                .WaitAsync(deadline.Token);
            return true;
        }
        catch (Exception error) when (error is PublishException { IsReturn: true }
            or OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotFound })
        {
            throw new BrokerUnavailableException($"RabbitMQ has no queue {queue}: it is declared by the first service that starts.", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnavailableException(
                $"RabbitMQ did not confirm a message to {queue} within {ConfirmTimeout.TotalSeconds:0} s.", error);
        }
    }
}
