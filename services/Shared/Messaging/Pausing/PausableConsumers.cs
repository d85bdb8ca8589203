using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Messaging.Pausing;

/// <summary>
/// Attaches the consumers of each action to the bus while it is not paused, and detaches them while it is. The bus knows nothing of a
/// detached consumer: it is no trouble for the bus's health, and a restart of the bus does not start it.
/// </summary>
/// <remarks>
/// To detach cancels the consumer first. Then what it holds is finished and acknowledged; what takes longer than
/// <see cref="BusOptions.DrainTimeout"/> goes back to the queue.
/// </remarks>
internal sealed class PausableConsumers(
    IBusControl bus,
    BusTurn turn,
    ActionPauses pauses,
    MessagingBuilder messaging,
    IServiceProvider services,
    IOptions<BusOptions> options,
    TimeProvider clock,
    ILogger<PausableConsumers> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    /// <summary>How long consumers may take to start again after a pause until the process counts as not ready.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();

    /// <summary>The actions whose consumers have not started, and since when they are to; null since the process started.</summary>
    private readonly Dictionary<string, long?> starting = pauses.States.ToDictionary(state => state.Action, _ => (long?)null);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var troubles = pauses.States.Where(state => state.Trouble is not null)
            .Select(state => $"whether {state.Action} is paused cannot be read: {state.Trouble}").ToArray();
        lock (gate)
        {
            var late = starting.Where(action => action.Value is not { } since || clock.GetElapsedTime(since) >= Patience).Select(action => action.Key).ToArray();
            return Task.FromResult(
                late.Length > 0 ? HealthCheckResult.Unhealthy(Join([$"The consumers of {string.Join(", ", late)} have not started yet", .. troubles]))
                : troubles.Length > 0 ? HealthCheckResult.Degraded(Join([.. pauses.States.Select(Describe), .. troubles]))
                : HealthCheckResult.Healthy(Join(pauses.States.Select(Describe))));
        }

        static string Describe(PauseState state) => state.Pause is { } pause ? $"{state.Action} is paused {pause}" : $"{state.Action} is not paused";

        static string Join(IEnumerable<string> sentences) => string.Join("; ", sentences);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        messaging.FindTaken(services).Select(consumer => KeepAsync(pauses[consumer.Contract], consumer.CreateEndpoints(services), stoppingToken)));

    private async Task KeepAsync(PauseState state, IReadOnlyList<PausableEndpoint> endpoints, CancellationToken stoppingToken)
    {
        var isPauseLogged = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await state.UntilKnownAsync(stoppingToken);
                if (state.Pause is { } pause)
                {
                    if (!isPauseLogged)
                    {
                        log.ActionPaused(state.Action, $"{pause}");
                        isPauseLogged = true;
                    }

                    SetStarted(state);
                    await Task.WhenAll(endpoints.Select(DetachAsync));
                    await state.UntilAsync(isPaused: false, stoppingToken);
                    log.ActionResumed(state.Action);
                    isPauseLogged = false;
                }
                else
                {
                    SetStarting(state);
                    await AttachAsync(endpoints, stoppingToken);
                    await Task.WhenAny(Task.WhenAll(endpoints.Select(endpoint => endpoint.HasStarted)), state.UntilAsync(isPaused: true, stoppingToken));
                    SetStarted(state);
                    await state.UntilAsync(isPaused: true, stoppingToken);
                }
            }
            catch (Exception error)
            {
                // Every exception: a background service that ends takes its process with it. The next round tries again.
                if (!stoppingToken.IsCancellationRequested)
                {
                    log.ConsumersNotChanged(state.Action, error.Message);
                    await Task.Delay(BetweenAttempts, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
    }

    private async Task AttachAsync(IReadOnlyList<PausableEndpoint> endpoints, CancellationToken stoppingToken)
    {
        using var mine = await turn.TakeAsync(stoppingToken);
        foreach (var endpoint in endpoints)
        {
            endpoint.Attach(bus);
        }
    }

    private async Task DetachAsync(PausableEndpoint endpoint)
    {
        using var deadline = new CancellationTokenSource(options.Value.DrainTimeout + Margin, clock);
        await endpoint.DetachAsync(deadline.Token);
    }

    private void SetStarting(PauseState state)
    {
        lock (gate)
        {
            starting.TryAdd(state.Action, clock.GetTimestamp());
        }
    }

    private void SetStarted(PauseState state)
    {
        lock (gate)
        {
            starting.Remove(state.Action);
        }
    }
}

/// <summary>The consumer of one queue, which can be attached to the bus and detached from it.</summary>
/// <param name="queue">The queue.</param>
/// <param name="configure">Adds the consumer to its endpoint.</param>
internal sealed class PausableEndpoint(string queue, Action<IRabbitMqReceiveEndpointConfigurator> configure)
{
    private HostReceiveEndpointHandle? handle;

    /// <summary>Completes when it consumes for the first time since it was attached.</summary>
    public Task HasStarted { get; private set; } = Task.CompletedTask;

    /// <summary>Attaches it, unless it is attached.</summary>
    public void Attach(IBusControl bus)
    {
        if (handle is not null)
        {
            return;
        }

        var start = new Start();
        HasStarted = start.Completed;
        handle = bus.ConnectReceiveEndpoint(queue, endpoint =>
        {
            endpoint.ConnectReceiveEndpointObserver(start);
            configure((IRabbitMqReceiveEndpointConfigurator)endpoint);
        });
    }

    /// <summary>Cancels the consumer, and waits until what it holds is done. It counts as detached also when that fails.</summary>
    public async Task DetachAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref handle, null) is { } attached)
        {
            await attached.StopAsync(cancellationToken);
        }
    }

    /// <summary>Waits for one attached endpoint to consume.</summary>
    private sealed class Start : IReceiveEndpointObserver
    {
        private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Completed => completed.Task;

        Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready)
        {
            completed.TrySetResult();
            return Task.CompletedTask;
        }

        Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

        Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

        Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;
    }
}
