using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Messaging.Pausing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Declares every exchange and queue at startup, after each reconnect, and every 10 s in case one was deleted. The process is ready only
/// while all of them are declared.
/// </summary>
internal sealed class TopologyDeclarer(
    BusTopology topology,
    BrokerIncarnation incarnation,
    StallDetector stalls,
    ConnectionGate gate,
    PauseWatch pauses,
    IOptions<BusOptions> options,
    ILogger<TopologyDeclarer> log) : BackgroundService, IHealthCheck
{
    private const ushort PreconditionFailed = 406;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private volatile string? problem = "not declared yet";
    private bool hasLoggedIn;

    /// <summary>Whether every queue was declared at the last check.</summary>
    public bool IsDeclared => problem is null;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(problem is { } reason
            ? HealthCheckResult.Unhealthy("Queues: " + reason)
            : HealthCheckResult.Healthy("Queues declared"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DeclareUntilDisconnectedAsync(stoppingToken);
            }
            catch (Exception error)
            {
                // Every exception: a background service that ends takes its process with it. A broker that does not answer, for example,
                // ends in a cancellation that is the client's own.
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }

                SetProblem(!options.Value.DeclareQueues && error is OperationInterruptedException missing && BrokerError.IsMissing(missing)
                    ? $"{BrokerError.Describe(error)}. Bus:DeclareQueues is false: start a worker, which declares the queues"
                    : BrokerError.Describe(error));
            }

            if (problem is null)
            {
                // MassTransit waits for a new connection.
                continue;
            }

            await Task.Delay(BetweenAttempts, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DeclareUntilDisconnectedAsync(CancellationToken cancellationToken)
    {
        var waiting = gate.FindWaiting();
        await using var connection = await SeparateConnection.OpenAsync(
            options.Value, "topology", Timeout, heartbeat: null, cancellationToken);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = pauses.RunAsync(connection, watch.Token);
        try
        {
            await DeclareUntilDisconnectedAsync(connection, waiting, cancellationToken);
        }
        finally
        {
            await watch.CancelAsync();
            await SeparateConnection.AbortAsync(connection);
            await watching;
        }
    }

    private async Task DeclareUntilDisconnectedAsync(
        IConnection connection, IReadOnlyList<TaskCompletionSource<BrokerNode>> waiting, CancellationToken cancellationToken)
    {
        var node = new BrokerNode(connection.Endpoint.HostName, connection.Endpoint.Port);
        var isFirst = !hasLoggedIn;
        hasLoggedIn = true;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };

        while (connection.IsOpen)
        {
            incarnation.ResetCheckRequest();
            try
            {
                await DeclareAsync(connection, cancellationToken);
            }
            catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == PreconditionFailed)
            {
                // One queue has other arguments. The broker lets this process in all the same, and the other queues work.
                ConnectionGate.Open(waiting, node);
                throw;
            }

            if (await IncarnationExchanges.CheckAsync(incarnation, connection, topology.QueuesOfRequests, cancellationToken) is { } marker)
            {
                log.IncarnationChanged(marker);
            }

            if (problem is not null)
            {
                log.TopologyDeclared();
                problem = null;
            }

            if (isFirst)
            {
                // MassTransit starts at the same time. The login has only just been tried, so those may pass, too, who came meanwhile.
                waiting = gate.FindWaiting();
                isFirst = false;
            }

            ConnectionGate.Open(waiting, node);
            await Task.WhenAny(closed.Task, gate.Arrived, incarnation.CheckRequested, Task.Delay(BetweenChecks, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (gate.Arrived.IsCompleted)
            {
                // This connection may be of a user who could not log in again.
                return;
            }
        }

        SetProblem("the broker closed the connection");
    }

    private async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        // One queue with other arguments must not keep the others from their messages. Its error is the one that explains.
        var queues = EachQueue.DoAsync(
            connection, topology.Actions.SelectMany(action => action.Queues), DeclareAsync, cancellationToken);
        await queues.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (!EachQueue.WasNotAnswered(queues))
            {
                await BindAsync(connection, cancellationToken);
            }
        }
        finally
        {
            await queues;
        }
    }

    private async Task BindAsync(IConnection connection, CancellationToken cancellationToken)
    {
        if (!options.Value.DeclareQueues)
        {
            return;
        }

        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var (exchange, queue) in topology.Bindings)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(destination: queue, source: exchange, routingKey: "", cancellationToken: cancellationToken);
        }
    }

    private async Task DeclareAsync(IChannel channel, QueueDeclaration queue, CancellationToken cancellationToken)
    {
        if (!options.Value.DeclareQueues)
        {
            var found = await channel.QueueDeclarePassiveAsync(queue.Name, cancellationToken);
            stalls.RecordReady(queue.Name, found.MessageCount);
            return;
        }

        // MassTransit sends and moves messages to the exchange with the queue's name.
        await channel.ExchangeDeclareAsync(queue.Name, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        var arguments = queue.Arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
        var declared = await channel.QueueDeclareAsync(
            queue.Name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
        stalls.RecordReady(queue.Name, declared.MessageCount);
        await channel.QueueBindAsync(queue.Name, queue.Name, routingKey: "", cancellationToken: cancellationToken);
    }

    private void SetProblem(string reason)
    {
        stalls.Reset();
        if (problem != reason)
        {
            problem = reason;
            log.TopologyMissing(reason);
        }
    }
}
