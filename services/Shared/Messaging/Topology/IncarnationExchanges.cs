using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>A <see cref="BrokerIncarnation"/> as the broker has it.</summary>
internal static class IncarnationExchanges
{
    private const string Prefix = "offline-actions-marker-";
    private const ushort NotFound = 404;

    /// <summary>Looks for the marker, and places a new one when it is not whole.</summary>
    /// <param name="marker">The marker.</param>
    /// <param name="connection">The broker.</param>
    /// <param name="queues">The queues whose loss matters. All of them stand.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it was not whole: what was published before may be gone.</returns>
    public static async Task<bool> CheckAsync(BrokerIncarnation marker, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        if (!marker.IsWatched)
        {
            return false;
        }

        if (marker.Name is { } name && await ExistsAsync(name, connection, queues, cancellationToken))
        {
            marker.Confirmed();
            return false;
        }

        var fresh = Prefix + Guid.NewGuid().ToString("N");
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in queues)
        {
            if (marker.Name is { } old)
            {
                await channel.ExchangeDeleteAsync(Of(old, queue), cancellationToken: cancellationToken);
            }

            // Deleted automatically means: with the only queue that is bound to it.
            await channel.ExchangeDeclareAsync(Of(fresh, queue), ExchangeType.Fanout, durable: true, autoDelete: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, Of(fresh, queue), routingKey: "", cancellationToken: cancellationToken);
        }

        marker.Replaced(fresh);
        return true;
    }

    private static async Task<bool> ExistsAsync(string name, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            foreach (var queue in queues)
            {
                await channel.ExchangeDeclarePassiveAsync(Of(name, queue), cancellationToken);
            }

            return true;
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == NotFound)
        {
            return false;
        }
    }

    private static string Of(string marker, string queue) => $"{marker}_{queue}";
}
