using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging.Consuming;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Declares every exchange and queue, before anything is published to them and again whenever the broker comes back or loses one.
/// The process is not ready until all of them stand.
/// </summary>
internal sealed class TopologyDeclarer(
    BusTopology topology,
    BrokerIncarnation marker,
    StallDetector stalls,
    IOptions<BusOptions> options,
    ILogger<TopologyDeclarer> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(10);

    private volatile string? problem = "not declared yet";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(problem is { } reason ? HealthCheckResult.Unhealthy("Queues: " + reason) : HealthCheckResult.Healthy("Queues stand"));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DeclareUntilDisconnectedAsync(stoppingToken);
            }
            catch (Exception error) when (error is RabbitMQClientException or IOException or TimeoutException)
            {
                Note(Explain(error));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(BetweenAttempts, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DeclareUntilDisconnectedAsync(CancellationToken cancellationToken)
    {
        // MassTransit's connection is its own; this one tells at once when the broker goes, because nothing else is done on it.
        var factory = new ConnectionFactory
        {
            Uri = options.Value.Url ?? throw new InvalidOperationException("Bus:Url is missing."),
            ClientProvidedName = "topology",
            AutomaticRecoveryEnabled = false,
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };

        while (connection.IsOpen)
        {
            marker.CheckStarted();
            await DeclareAsync(connection, cancellationToken);
            if (await IncarnationExchanges.CheckAsync(marker, connection, topology.Queues, cancellationToken))
            {
                log.IncarnationChanged(marker.Name!);
            }

            if (problem is not null)
            {
                log.TopologyDeclared();
                problem = null;
            }

            await Task.WhenAny(closed.Task, marker.CheckRequested, Task.Delay(BetweenChecks, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }

        Note("the broker closed the connection");
    }

    private async Task DeclareAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (var queue in topology.Actions.SelectMany(action => action.Queues))
        {
            // An exchange of the queue's own name, because that is what MassTransit sends and moves messages to.
            var arguments = queue.Arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
            var stands = await channel.QueueDeclareAsync(
                queue.Name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
            stalls.Waiting(queue.Name, stands.MessageCount);
            await channel.ExchangeDeclareAsync(queue.Name, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.QueueBindAsync(queue.Name, queue.Name, routingKey: "", cancellationToken: cancellationToken);
        }

        foreach (var (exchange, queue) in topology.Bindings)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
            await channel.ExchangeBindAsync(destination: queue, source: exchange, routingKey: "", cancellationToken: cancellationToken);
        }
    }

    private void Note(string reason)
    {
        stalls.Unknown();
        if (problem != reason)
        {
            problem = reason;
            log.TopologyMissing(reason);
        }
    }

    private static string Explain(Exception error) => error switch
    {
        OperationInterruptedException { ShutdownReason.ReplyCode: 406 } refused => QueueDifference.Explain(refused.ShutdownReason.ReplyText),
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        BrokerUnreachableException { InnerException: { } inner } => "the broker cannot be reached: " + inner.Message,
        _ => error.Message,
    };
}
