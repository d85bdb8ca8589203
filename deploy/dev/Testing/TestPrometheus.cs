namespace OfflineActions.Dev.Testing;

/// <summary>
/// Prepares what the tests of alerts and dashboards need: Prometheus, and a RabbitMQ of their own with its Prometheus plugin.
/// </summary>
internal static class TestPrometheus
{
    /// <summary>Installs both where that is possible and needed.</summary>
    /// <returns>Null, or what is missing.</returns>
    public static async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        await TestBroker.PrepareOwnAsync(cancellationToken);
        if (OperatingSystem.IsLinux() && PrometheusInstallation.Find() is null && DebianPackage.CanBeInstalled)
        {
            await DebianPackage.InstallAsync("prometheus", cancellationToken);
        }

        return PrometheusInstallation.Find() is null ? "Prometheus was not found: install it, so that prometheus and promtool are in PATH."
            : RabbitMqInstallation.Find() is null ? "rabbitmq-server is not installed on this machine."
            : null;
    }
}
