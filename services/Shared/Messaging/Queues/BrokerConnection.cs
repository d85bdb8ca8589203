using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Queues;

/// <summary>
/// A connection to RabbitMQ for tools that look into queues, without a bus. Every failure is a <see cref="BrokerUnavailableException"/>
/// that names the broker.
/// </summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);

    private readonly IConnection connection;
    private readonly string address;

    private BrokerConnection(IConnection connection, string address) => (this.connection, this.address) = (connection, address);

    /// <summary>Whether the connection still stands, as far as is known.</summary>
    public bool IsOpen => connection.IsOpen;

    /// <summary>Connects to a broker that needs no more than an address.</summary>
    /// <param name="url">Its address, with scheme <c>amqp</c> or <c>amqps</c>.</param>
    /// <param name="clientName">The name of this connection on the broker's management page.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="BrokerUnavailableException">No broker answers there, or it refuses the user.</exception>
    public static Task<BrokerConnection> OpenAsync(Uri url, string clientName, CancellationToken cancellationToken) =>
        OpenAsync(new BusOptions { Url = url }, clientName, cancellationToken);

    /// <summary>Connects to a broker.</summary>
    /// <param name="bus">How; <see cref="BusOptions.Url"/> is set.</param>
    /// <param name="clientName">The name of this connection on the broker's management page.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <exception cref="BrokerUnavailableException">No broker answers there, or it refuses the user.</exception>
    public static async Task<BrokerConnection> OpenAsync(BusOptions bus, string clientName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(bus.Url);
        var address = bus.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        var connection = await GuardAsync(
            address, () => SeparateConnection.OpenAsync(bus, clientName, Timeout, Heartbeat, cancellationToken), cancellationToken);
        return new BrokerConnection(connection, address);
    }

    /// <summary>Looks a queue up and declares nothing.</summary>
    /// <returns>Null when there is no such queue.</returns>
    public Task<QueueState?> FindQueueAsync(string queue, CancellationToken cancellationToken) => UseChannelAsync<QueueState?>(
        async channel =>
        {
            try
            {
                var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
                return new QueueState(queue, found.MessageCount, found.ConsumerCount);
            }
            catch (OperationInterruptedException error) when (BrokerError.IsMissing(error))
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Opens a channel that publishes to queues.</summary>
    public async Task<QueuePublisher> OpenPublisherAsync(CancellationToken cancellationToken) =>
        new(this, await GuardAsync(() => OpenChannelAsync(cancellationToken), cancellationToken));

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    /// <summary>Runs <paramref name="work"/> on a new channel. When it closes, messages that are not acknowledged are requeued.</summary>
    internal Task<T> UseChannelAsync<T>(Func<IChannel, Task<T>> work, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            await using var channel = await OpenChannelAsync(cancellationToken);
            return await work(channel);
        },
        cancellationToken);

    /// <summary>Runs <paramref name="work"/> and wraps every failure of the broker in a <see cref="BrokerUnavailableException"/>.</summary>
    internal Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) => GuardAsync(address, work, cancellationToken);

    private static async Task<T> GuardAsync<T>(string address, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or TimeoutException)
        {
            throw new BrokerUnavailableException($"RabbitMQ at {address} cannot be used: {Explain(error)}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BrokerUnavailableException($"RabbitMQ at {address} does not answer.", error);
        }
    }

    private static string Explain(Exception error) => error switch
    {
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        BrokerUnreachableException { InnerException: { } inner } => inner.GetBaseException().Message,
        _ => error.Message,
    };

    private Task<IChannel> OpenChannelAsync(CancellationToken cancellationToken) =>
        connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellationToken);
}

/// <summary>A queue as it is on the broker now.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Ready">How many messages wait in it, without those delivered and not yet acknowledged.</param>
/// <param name="Consumers">How many consumers it has.</param>
public sealed record QueueState(string Name, uint Ready, uint Consumers);

/// <summary>RabbitMQ cannot be used now. The message is a sentence for an operator and contains no password.</summary>
public sealed class BrokerUnavailableException(string message, Exception cause) : Exception(message, cause);
