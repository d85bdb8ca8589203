using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// Restarts the bus when it does not work although every queue is declared. MassTransit gives an endpoint up for good after some refusals,
/// for example of a permission, and then only a restart brings its consumer back.
/// </summary>
internal sealed class BusRecovery(
    IBusControl bus, BusTurn turn, TopologyDeclarer topology, TimeProvider clock, ILogger<BusRecovery> log) : BackgroundService
{
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(30);

    private long? brokenSince;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BetweenChecks, clock, stoppingToken);
                await CheckAsync(stoppingToken);
            }
            catch (Exception error)
            {
                // Every exception: a background service that ends takes its process with it. The next round tries again.
                if (!stoppingToken.IsCancellationRequested)
                {
                    log.BusRestartFailed(error.Message);
                }
            }
        }
    }

    private async Task CheckAsync(CancellationToken stoppingToken)
    {
        var health = bus.CheckHealth();
        if (health.Status is BusHealthStatus.Healthy || !topology.IsDeclared)
        {
            brokenSince = null;
            return;
        }

        brokenSince ??= clock.GetTimestamp();
        if (clock.GetElapsedTime(brokenSince.Value) >= Patience)
        {
            brokenSince = null;
            log.BusRestarts(health.Description);
            await RestartAsync(stoppingToken);
        }
    }

    /// <summary>Restarts the bus with every consumer that is attached to it.</summary>
    internal async Task RestartAsync(CancellationToken stoppingToken)
    {
        using var mine = await turn.TakeAsync(stoppingToken);
        await WithinAsync(bus.StopAsync, stoppingToken);
        await WithinAsync(bus.StartAsync, stoppingToken);
    }

    private static async Task WithinAsync(Func<CancellationToken, Task> step, CancellationToken stoppingToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(StepTimeout);
        await step(timeout.Token);
    }
}
