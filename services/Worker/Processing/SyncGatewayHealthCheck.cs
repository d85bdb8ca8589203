using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OfflineActions.Worker.Processing;

/// <summary>Unhealthy while the last attempt could not read or write its document.</summary>
internal sealed class SyncGatewayHealthCheck : IHealthCheck
{
    private volatile string? problem;

    /// <summary>Records how an attempt ended.</summary>
    public void Record(RunOutcome outcome) =>
        problem = outcome is RunOutcome.Deferred { Cause: DeferralCause.SyncGatewayUnavailable, Reason: var reason } ? reason : null;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(problem is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());
}
