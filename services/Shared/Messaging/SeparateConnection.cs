using System.Runtime.ExceptionServices;
using OfflineActions.Messaging.Tls;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging;

/// <summary>A connection to the broker beside that of MassTransit. Its owner notices at once that it is lost, and opens another.</summary>
internal static class SeparateConnection
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Opens it, to any node of the broker: one after the other in random order, until one takes it.</summary>
    /// <param name="options">The broker.</param>
    /// <param name="name">Its name on the broker's management page.</param>
    /// <param name="timeout">The longest time to connect to a node, and for each answer of it; null for the client's own.</param>
    /// <param name="heartbeat">How often both sides show that they are there; null for what the broker wants.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">The broker's address is missing.</exception>
    /// <exception cref="BrokerUnreachableException">There is no connection. <see cref="BrokerError.Describe"/> says why.</exception>
    public static async Task<IConnection> OpenAsync(
        BusOptions options, string name, TimeSpan? timeout, TimeSpan? heartbeat, CancellationToken cancellationToken)
    {
        var nodes = BrokerNode.AllOf(options);
        var order = Enumerable.Range(0, nodes.Count).ToArray();
        Random.Shared.Shuffle(order);
        var errors = new Exception[nodes.Count];
        foreach (var index in order)
        {
            try
            {
                return await OpenAsync(nodes[index], options, name, timeout, heartbeat, cancellationToken);
            }
            catch (Exception error) when (BrokerError.IsExpected(error) && !cancellationToken.IsCancellationRequested)
            {
                errors[index] = error;
            }
        }

        // Always the same one, so that it is logged once: a refusal first, which explains more than a node that is away.
        ExceptionDispatchInfo.Throw(errors.OrderBy(BrokerNode.IsAway).First());
        throw null;
    }

    /// <summary>
    /// Ends it within a second, whatever the broker does. To dispose it waits for the broker's answer instead, for each channel and then for
    /// the connection.
    /// </summary>
    public static Task AbortAsync(IConnection connection) => connection.CloseAsync(Constants.ReplySuccess, "", CloseTimeout, abort: true);

    private static async Task<IConnection> OpenAsync(
        BrokerNode node, BusOptions options, string name, TimeSpan? timeout, TimeSpan? heartbeat, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = options.Address ?? throw new InvalidOperationException("Bus:Url is missing."),
            ClientProvidedName = name,
            AutomaticRecoveryEnabled = false,
        };
        if (timeout is { } longest)
        {
            factory.RequestedConnectionTimeout = factory.HandshakeContinuationTimeout = factory.ContinuationTimeout = longest;
        }

        if (heartbeat is { } interval)
        {
            factory.RequestedHeartbeat = interval;
        }

        node.Use(factory, options);
        var tls = BrokerTls.Apply(factory, options);
        try
        {
            return await CreateAsync(node, factory, timeout ?? DefaultTimeout, cancellationToken);
        }
        catch (BrokerUnreachableException error) when (tls?.Explain(error) is { } reason)
        {
            throw new BrokerUnreachableException(new BrokerTlsException(reason));
        }
    }

    /// <summary>
    /// Limits the whole attempt, which the client's own limits do not: it waits for ever when the system of a frozen node has accepted the
    /// connection and nothing answers on it.
    /// </summary>
    private static async Task<IConnection> CreateAsync(
        BrokerNode node, ConnectionFactory factory, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        var opening = factory.CreateConnectionAsync(deadline.Token);
        try
        {
            return await opening.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            _ = CloseLateAsync(opening);
            cancellationToken.ThrowIfCancellationRequested();
            throw new BrokerUnreachableException(new TimeoutException($"{node.Host}:{node.Port} does not answer"));
        }
    }

    private static async Task CloseLateAsync(Task<IConnection> opening)
    {
        try
        {
            await (await opening).DisposeAsync();
        }
        catch (Exception error) when (BrokerError.IsExpected(error))
        {
            // There is no connection to close.
        }
    }
}
