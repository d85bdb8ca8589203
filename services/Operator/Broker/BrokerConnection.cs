using OfflineActions.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Operator.Broker;

/// <summary>A connection to RabbitMQ on which every trouble is an <see cref="UnavailableException"/> that names the broker.</summary>
internal sealed class BrokerConnection : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IConnection connection;
    private readonly string address;

    private BrokerConnection(IConnection connection, string address) => (this.connection, this.address) = (connection, address);

    /// <exception cref="UsageException">The address makes no sense.</exception>
    /// <exception cref="UnavailableException">There is no broker, or it does not let us in.</exception>
    public static async Task<BrokerConnection> OpenAsync(BusOptions options, CancellationToken cancellationToken)
    {
        if (options.Url is not { IsAbsoluteUri: true, Scheme: "amqp" or "amqps" } url)
        {
            throw new UsageException(
                "Where is the broker? Give --bus, or set Bus__Url, to an address like amqp://user:password@host:5672/ (amqps for TLS).");
        }

        var factory = new ConnectionFactory
        {
            Uri = url,
            ClientProvidedName = "operator",
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = Patience,
            HandshakeContinuationTimeout = Patience,
            ContinuationTimeout = Patience,
            RequestedHeartbeat = TimeSpan.FromSeconds(30),
        };
        var address = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return new BrokerConnection(await GuardAsync(address, () => factory.CreateConnectionAsync(cancellationToken), cancellationToken), address);
    }

    /// <summary>Does <paramref name="work"/> on a channel of its own; whatever it holds goes back to its queue when the channel closes.</summary>
    public Task<T> OnAsync<T>(Func<IChannel, Task<T>> work, CancellationToken cancellationToken) => GuardAsync(
        address,
        async () =>
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellationToken);
            return await work(channel);
        },
        cancellationToken);

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    private static async Task<T> GuardAsync<T>(string address, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is RabbitMQClientException or IOException or TimeoutException)
        {
            throw new UnavailableException($"RabbitMQ at {address} cannot be used: {Reason(error)}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UnavailableException($"RabbitMQ at {address} does not answer.", error);
        }
    }

    private static string Reason(Exception error) => error switch
    {
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        BrokerUnreachableException { InnerException: { } inner } => inner.GetBaseException().Message,
        _ => error.Message,
    };
}
