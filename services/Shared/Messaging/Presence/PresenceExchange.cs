using OfflineActions.Contracts;
using RabbitMQ.Client;

namespace OfflineActions.Messaging.Presence;

/// <summary>The exchange of presence messages.</summary>
internal static class PresenceExchange
{
    /// <summary>Declares it, if the user may; else somebody else must have declared it.</summary>
    public static Task DeclareAsync(IChannel channel, CancellationToken cancellationToken) => channel.ExchangeDeclareAsync(
        ServicePresence.Exchange, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
}
