using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Schedules;

/// <summary>Writes a document whenever a schedule of the configuration is due. Every gateway does: none needs a lock.</summary>
internal sealed class ScheduleService : BackgroundService, IHealthCheck
{
    /// <summary>How many schedules use Sync Gateway at the same time: all may be due at midnight.</summary>
    private const int MaxAtOnce = 16;

    private const int MaxReported = 5;

    private readonly SemaphoreSlim turns = new(MaxAtOnce);
    private readonly IReadOnlyList<ScheduleRunner> runners;
    private readonly IHostApplicationLifetime lifetime;
    private readonly TimeProvider clock;
    private readonly ILogger<ScheduleService> log;

    public ScheduleService(
        IOptions<NamedSections<ScheduleOptions>> configured,
        ScheduleReader reader,
        IOptions<SyncGatewayOptions> syncGateway,
        SyncGatewayClient client,
        ScheduleTelemetry telemetry,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        ILogger<ScheduleService> log)
    {
        (this.lifetime, this.clock, this.log) = (lifetime, clock, log);
        var signer = new LocalDocumentSigner($"{syncGateway.Value.User}:{syncGateway.Value.Password}", "offline-actions schedule v1");
        runners =
        [
            .. reader.Read(configured.Value).Select(schedule => new ScheduleRunner(
                schedule, client, new ScheduleMarker(client, schedule, signer), telemetry, turns, clock, log)),
        ];
        telemetry.Observe(() => runners.Select(runner => (runner.Schedule.Name, runner.Overdue)));
    }

    /// <summary>At worst degraded: webhooks need only the broker.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = runners.Where(runner => runner.Problem is not null).ToArray();
        var reported = string.Join("; ", problems.Take(MaxReported).Select(runner => $"{runner.Schedule.Name}: {runner.Problem}"));
        return Task.FromResult(problems switch
        {
            [] => HealthCheckResult.Healthy($"Schedules that run: {runners.Count}"),
            { Length: > MaxReported } => HealthCheckResult.Degraded($"{reported}; and {problems.Length - MaxReported} more schedules"),
            _ => HealthCheckResult.Degraded($"Schedules: {reported}"),
        });
    }

    public override void Dispose()
    {
        turns.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (runners is [])
        {
            return;
        }

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await using var start = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAny(started.Task, Task.Delay(Timeout.Infinite, stopping.Token));

        var (first, due) = runners
            .Select(runner => (runner.Schedule.Name, Due: runner.Schedule.Times.Next(clock.GetUtcNow())))
            .MinBy(next => next.Due ?? DateTimeOffset.MaxValue);
        log.SchedulesRun(runners.Count, first, due);
        await Task.WhenAll(runners.Select(runner => runner.RunAsync(stopping.Token)));
    }
}
