using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace ServiceDefaults.Bus;

/// <summary>
/// Declares every exchange and queue, before anything is published to them and again whenever the broker comes back or loses one.
/// The process is not ready until all of them stand.
/// </summary>
internal sealed class TopologyOwner(
    BusTopology topology,
    BrokerMarker marker,
    StallDetector stalls,
    IOptions<BusOptions> options,
    ILogger<TopologyOwner> log) : BackgroundService, IHealthCheck
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
                await Own(stoppingToken);
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

    private async Task Own(CancellationToken cancelled)
    {
        // MassTransit's connection is its own; this one tells at once when the broker goes, because nothing else is done on it.
        var factory = new ConnectionFactory
        {
            Uri = options.Value.Url ?? throw new InvalidOperationException("Bus:Url is missing."),
            ClientProvidedName = "topology",
            AutomaticRecoveryEnabled = false,
        };
        await using var connection = await factory.CreateConnectionAsync(cancelled);
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };

        while (connection.IsOpen)
        {
            marker.Looking();
            await Declare(connection, cancelled);
            if (await MarkerExchanges.Look(marker, connection, topology.Queues, cancelled))
            {
                log.MarkerPlaced(marker.Name!);
            }

            if (problem is not null)
            {
                log.TopologyStands();
                problem = null;
            }

            await Task.WhenAny(closed.Task, marker.Asked, Task.Delay(BetweenChecks, cancelled));
            cancelled.ThrowIfCancellationRequested();
        }

        Note("the broker closed the connection");
    }

    private async Task Declare(IConnection connection, CancellationToken cancelled)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancelled);
        foreach (var queue in topology.Actions.SelectMany(action => action.Queues))
        {
            // An exchange of the queue's own name, because that is what MassTransit sends and moves messages to.
            var arguments = queue.Arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
            var stands = await channel.QueueDeclareAsync(
                queue.Name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancelled);
            stalls.Waiting(queue.Name, stands.MessageCount);
            await channel.ExchangeDeclareAsync(queue.Name, ExchangeType.Fanout, durable: true, cancellationToken: cancelled);
            await channel.QueueBindAsync(queue.Name, queue.Name, routingKey: "", cancellationToken: cancelled);
        }

        foreach (var (exchange, queue) in topology.Bindings)
        {
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancelled);
            await channel.ExchangeBindAsync(destination: queue, source: exchange, routingKey: "", cancellationToken: cancelled);
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
        OperationInterruptedException { ShutdownReason.ReplyCode: 406 } refused => MismatchedQueue.Explain(refused.ShutdownReason.ReplyText),
        OperationInterruptedException { ShutdownReason: { } reason } => reason.ReplyText,
        BrokerUnreachableException { InnerException: { } inner } => "the broker cannot be reached: " + inner.Message,
        _ => error.Message,
    };
}
