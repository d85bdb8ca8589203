using Microsoft.Extensions.Configuration;

namespace OfflineActions.ServiceDefaults.Telemetry;

/// <summary>The <c>Telemetry</c> section of the configuration. OpenTelemetry's own settings are the <c>OTEL_*</c> variables.</summary>
/// <remarks>Not the section <c>Metrics</c>, to which .NET binds settings of its own.</remarks>
public sealed class TelemetryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Telemetry";

    /// <summary>
    /// Whether <c>/metrics</c> answers the metrics as Prometheus reads them, to anybody who can reach the service. Off by default.
    /// </summary>
    public bool Prometheus { get; init; }

    /// <summary>The same while the service is still composed. A value that cannot be read is reported at the start.</summary>
    internal static bool HasPrometheus(IConfiguration configuration) =>
        bool.TryParse(configuration[$"{Section}:{nameof(Prometheus)}"], out var isOn) && isOn;
}
