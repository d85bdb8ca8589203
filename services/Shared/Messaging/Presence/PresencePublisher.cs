using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.ServiceDefaults;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Presence;

/// <summary>
/// Tells every few seconds what the services of this process do. It has a connection of its own, so that nothing that happens to it
/// concerns the work. What the broker does not take is not sent again.
/// </summary>
internal sealed class PresencePublisher(
    IEnumerable<IPresenceSource> sources,
    IOptions<BusOptions> options,
    TimeProvider clock,
    RepeatedEvents repeated,
    ILogger<PresencePublisher> log) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly BasicProperties NotPersistent = new() { Persistent = false };

    private readonly TimeSpan interval = options.Value.PresenceInterval;
    private readonly ServicePresence self = new()
    {
        Service = "",
        Id = Guid.NewGuid().ToString("N"),
        Machine = Environment.MachineName,
        ProcessId = Environment.ProcessId,
        Version = ProgramVersion.Current,
        StartedAt = clock.GetUtcNow(),
        EverySeconds = options.Value.PresenceInterval.TotalSeconds,
    };

    private IConnection? connection;
    private IChannel? channel;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (interval <= TimeSpan.Zero || !sources.Any())
        {
            return;
        }

        var pause = interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            var isPublished = await TryPublishAsync(isStopping: false, stoppingToken);
            pause = isPublished ? interval : TimeSpan.FromTicks(Math.Clamp(2 * pause.Ticks, interval.Ticks, Math.Max(interval.Ticks, LongestPause.Ticks)));
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (channel is { IsOpen: true })
        {
            using var deadline = new CancellationTokenSource(CloseTimeout);
            await TryPublishAsync(isStopping: true, deadline.Token);
        }

        await DisconnectAsync();
    }

    private async Task<bool> TryPublishAsync(bool isStopping, CancellationToken cancellationToken)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(Timeout);
            await PublishAsync(isStopping, deadline.Token);
            return true;
        }
        catch (Exception error)
        {
            // Every exception: a background service that ends takes its process with it, and this one is the least important of all.
            await DisconnectAsync();
            // Everything else says itself that the broker is away. Only this process knows that it may not use the exchange.
            if (error is OperationInterruptedException { ShutdownReason.ReplyCode: Constants.AccessRefused or Constants.PreconditionFailed }
                && repeated.ShouldLog(nameof(PresencePublisher), out var suppressed))
            {
                log.PresenceNotPublished(BrokerError.Describe(error), suppressed);
            }

            return false;
        }
    }

    private async Task PublishAsync(bool isStopping, CancellationToken cancellationToken)
    {
        if (channel is not { IsOpen: true })
        {
            await DisconnectAsync();
            await ConnectAsync(cancellationToken);
        }

        foreach (var source in sources)
        {
            var presence = source.Describe(self with { Service = source.Service, IsStopping = isStopping });
            // WaitAsync: on a connection that just broke, the client does not always honour the token.
            await channel!
                .BasicPublishAsync(ServicePresence.Exchange, "", mandatory: false, NotPersistent, PresenceJson.Write(presence), cancellationToken)
                .AsTask()
                .WaitAsync(cancellationToken);
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        connection = await SeparateConnection.OpenAsync(options.Value, "presence", Timeout, heartbeat: null, cancellationToken);
        channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await PresenceExchange.DeclareAsync(channel, cancellationToken);
    }

    private async Task DisconnectAsync()
    {
        var (old, oldChannel) = (connection, channel);
        (connection, channel) = (null, null);
        if (old is null)
        {
            return;
        }

        try
        {
            await SeparateConnection.AbortAsync(old);
            await (oldChannel?.DisposeAsync() ?? default);
            await old.DisposeAsync();
        }
        catch (Exception error) when (BrokerError.IsExpected(error))
        {
            log.PresenceNotClosed(error.Message);
        }
    }
}
