using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Operator.Broker;

/// <summary>A queue as the broker has it now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ready">How many messages wait in it, without those that somebody holds.</param>
/// <param name="Consumers">How many take messages from it.</param>
internal sealed record LiveQueue(string Name, uint Ready, uint Consumers)
{
    private const ushort NotFound = 404;

    /// <summary>Looks, and declares nothing.</summary>
    /// <returns>Null when there is no such queue.</returns>
    public static Task<LiveQueue?> FindAsync(BrokerConnection broker, string name, CancellationToken cancellationToken) => broker.OnAsync<LiveQueue?>(
        async channel =>
        {
            try
            {
                var found = await channel.QueueDeclarePassiveAsync(name, cancellationToken);
                return new LiveQueue(name, found.MessageCount, found.ConsumerCount);
            }
            catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == NotFound)
            {
                return null;
            }
        },
        cancellationToken);
}
