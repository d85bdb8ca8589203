using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OfflineActions.Worker.Processing;

/// <summary>Whether documents could be read and written the last time this worker tried.</summary>
internal sealed class SyncGatewayHealthCheck : IHealthCheck
{
    private volatile string? trouble;

    /// <summary>Notes how a try at a request ended.</summary>
    public void Note(RunOutcome outcome) => trouble = outcome is RunOutcome.Deferred { Cause: DeferralCause.StoreUnavailable, Reason: var reason } ? reason : null;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(trouble is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());
}
