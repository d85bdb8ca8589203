using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Operator.Broker;

/// <summary>Publishes straight to a queue, and is not done before the broker has the message there.</summary>
internal sealed class WorkQueue(IChannel channel)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="UnavailableException">There is no such queue, or the broker does not confirm. It may have the message all the same.</exception>
    public async Task PublishAsync(string queue, BasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            // Mandatory, because a broker confirms what it has no queue for, and drops it. Waited for from outside as well: a connection
            // that just broke has been seen not to honour the token.
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body, deadline.Token).AsTask().WaitAsync(deadline.Token);
        }
        catch (PublishException error) when (error.IsReturn)
        {
            throw new UnavailableException($"RabbitMQ has no queue {queue}: it is declared by the first service that starts.", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"RabbitMQ did not confirm a message to {queue} within {Patience.TotalSeconds:0} s.", error);
        }
    }
}
