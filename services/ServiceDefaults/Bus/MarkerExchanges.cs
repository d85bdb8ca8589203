using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ServiceDefaults.Bus;

/// <summary>A <see cref="BrokerMarker"/> as the broker has it.</summary>
internal static class MarkerExchanges
{
    private const string Prefix = "offline-actions-marker-";
    private const ushort NotFound = 404;

    /// <summary>Looks for the marker, and places a new one when it is not whole.</summary>
    /// <param name="marker">The marker.</param>
    /// <param name="connection">The broker.</param>
    /// <param name="queues">The queues whose loss matters. All of them stand.</param>
    /// <param name="cancelled">Gives up.</param>
    /// <returns>Whether it was not whole: what was published before may be gone.</returns>
    public static async Task<bool> Look(BrokerMarker marker, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancelled)
    {
        if (!marker.Wanted)
        {
            return false;
        }

        if (marker.Name is { } name && await Stands(name, connection, queues, cancelled))
        {
            marker.Stands();
            return false;
        }

        var fresh = Prefix + Guid.NewGuid().ToString("N");
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancelled);
        foreach (var queue in queues)
        {
            if (marker.Name is { } old)
            {
                await channel.ExchangeDeleteAsync(Of(old, queue), cancellationToken: cancelled);
            }

            // Deleted automatically means: with the only queue that is bound to it.
            await channel.ExchangeDeclareAsync(Of(fresh, queue), ExchangeType.Fanout, durable: true, autoDelete: true, cancellationToken: cancelled);
            await channel.QueueBindAsync(queue, Of(fresh, queue), routingKey: "", cancellationToken: cancelled);
        }

        marker.Replaced(fresh);
        return true;
    }

    private static async Task<bool> Stands(string name, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancelled)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancelled);
        try
        {
            foreach (var queue in queues)
            {
                await channel.ExchangeDeclarePassiveAsync(Of(name, queue), cancelled);
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
