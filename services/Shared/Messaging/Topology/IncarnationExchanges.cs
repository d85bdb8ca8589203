using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>The exchanges that are the marker of a <see cref="BrokerIncarnation"/>.</summary>
internal static class IncarnationExchanges
{
    private const string Prefix = "offline-actions-marker-";
    private const ushort NotFound = 404;

    /// <summary>Checks the marker and creates a new one when one of its exchanges is missing.</summary>
    /// <param name="incarnation">The incarnation to check and update.</param>
    /// <param name="connection">The broker.</param>
    /// <param name="queues">The queues to watch. All of them are declared.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>Whether the marker was incomplete, so that messages published before may be lost.</returns>
    public static async Task<bool> CheckAsync(
        BrokerIncarnation incarnation, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        if (!incarnation.IsWatched)
        {
            return false;
        }

        if (incarnation.Name is { } name && await ExistsAsync(name, connection, queues, cancellationToken))
        {
            incarnation.SetConfirmed();
            return false;
        }

        var marker = Prefix + Guid.NewGuid().ToString("N");
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in queues)
        {
            if (incarnation.Name is { } old)
            {
                await channel.ExchangeDeleteAsync(NameOf(old, queue), cancellationToken: cancellationToken);
            }

            // Auto-delete: the broker deletes the exchange when its only queue is deleted.
            await channel.ExchangeDeclareAsync(
                NameOf(marker, queue), ExchangeType.Fanout, durable: true, autoDelete: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, NameOf(marker, queue), routingKey: "", cancellationToken: cancellationToken);
        }

        incarnation.SetReplaced(marker);
        return true;
    }

    private static async Task<bool> ExistsAsync(
        string name, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            foreach (var queue in queues)
            {
                await channel.ExchangeDeclarePassiveAsync(NameOf(name, queue), cancellationToken);
            }

            return true;
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == NotFound)
        {
            return false;
        }
    }

    private static string NameOf(string marker, string queue) => $"{marker}_{queue}";
}
