using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>The exchanges that are the markers of a <see cref="BrokerIncarnation"/>.</summary>
internal static partial class IncarnationExchanges
{
    private const string Prefix = "offline-actions-marker-";
    private const ushort NotFound = 404;

    /// <summary>
    /// Whether a text may be the name of a marker. A checkpoint may come from any client that publishes to its queue, and RabbitMQ would
    /// refuse to look for exchanges of other names, or to delete them, each time.
    /// </summary>
    public static bool IsMarker(string? name) => name is not null && MarkerName().IsMatch(name);

    /// <summary>
    /// Checks each watched marker. A marker that lacks an exchange is deleted, and a complete one takes its place. If there is none, one is
    /// created.
    /// </summary>
    /// <param name="incarnation">The markers to check and update.</param>
    /// <param name="connection">The broker.</param>
    /// <param name="queues">The queues to watch. All of them are declared.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <returns>The marker that took the place of others, because queues and their messages may be lost; null when all were complete.</returns>
    public static async Task<string?> CheckAsync(
        BrokerIncarnation incarnation, IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var watched = incarnation.Watched;
        if (watched.Count == 0)
        {
            return null;
        }

        // The one of this process first: a new keyspace begins with a marker that is in use.
        var names = watched.Select(marker => marker.State.Name).Prepend(incarnation.Current).OfType<string>().Distinct().ToList();
        var complete = new List<string>();
        foreach (var name in names)
        {
            if (await ExistsAsync(name, connection, queues, cancellationToken))
            {
                complete.Add(name);
            }
        }

        var lost = new List<WatchedMarker>();
        foreach (var marker in watched)
        {
            if (marker.State.Name is { } name && complete.Contains(name))
            {
                marker.SetConfirmed();
            }
            else
            {
                lost.Add(marker);
            }
        }

        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var name in names.Except(complete))
        {
            foreach (var queue in queues)
            {
                await channel.ExchangeDeleteAsync(NameOf(name, queue), cancellationToken: cancellationToken);
            }
        }

        if (complete.Count == 0)
        {
            complete.Add(await CreateAsync(channel, queues, cancellationToken));
        }

        incarnation.Current = complete[0];
        lost.ForEach(marker => marker.SetReplaced(complete[0]));
        return lost.Count > 0 ? complete[0] : null;
    }

    private static async Task<string> CreateAsync(IChannel channel, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var name = Prefix + Guid.NewGuid().ToString("N");
        foreach (var queue in queues)
        {
            // Auto-delete: the broker deletes the exchange when its only queue is deleted.
            await channel.ExchangeDeclareAsync(
                NameOf(name, queue), ExchangeType.Fanout, durable: true, autoDelete: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue, NameOf(name, queue), routingKey: "", cancellationToken: cancellationToken);
        }

        return name;
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

    [GeneratedRegex($@"^{Prefix}[0-9a-f]{{32}}\z")]
    private static partial Regex MarkerName();
}
