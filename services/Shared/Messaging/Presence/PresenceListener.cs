using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OfflineActions.Messaging.Presence;

/// <summary>Hears what gateways and workers say about themselves, through a queue that ends with the connection.</summary>
public static class PresenceListener
{
    /// <summary>No more than this waits for a listener that is slow.</summary>
    private const int MaxMessages = 1_000;

    /// <summary>Listens until the connection ends or the token fires.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="onHeard">Called for each message, one after the other.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used, or is no longer there.</exception>
    public static Task RunAsync(BrokerConnection broker, Action<ServicePresence> onHeard, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(onHeard);
        return broker.UseChannelAsync(
            async channel =>
            {
                var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                channel.ChannelShutdownAsync += (_, reason) =>
                {
                    ended.TrySetException(new IOException(reason.ReplyText));
                    return Task.CompletedTask;
                };
                await PresenceExchange.DeclareAsync(channel, cancellationToken);
                // Named, so that the rights of a user can name it.
                var queue = await channel.QueueDeclareAsync(
                    $"{ServicePresence.Exchange}-{Guid.NewGuid():N}",
                    durable: false,
                    exclusive: true,
                    autoDelete: true,
                    new Dictionary<string, object?> { ["x-max-length"] = MaxMessages },
                    cancellationToken: cancellationToken);
                await channel.QueueBindAsync(queue.QueueName, ServicePresence.Exchange, routingKey: "", cancellationToken: cancellationToken);
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += (_, message) =>
                {
                    if (PresenceJson.Read(message.Body.Span) is { } presence)
                    {
                        onHeard(presence);
                    }

                    return Task.CompletedTask;
                };
                await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken);
                return await ended.Task.WaitAsync(cancellationToken);
            },
            cancellationToken);
    }
}
