using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Gateway;
using OfflineActions.Operator.Serve;
using OfflineActions.ServiceDefaults.Telemetry;
using OfflineActions.WebClient;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>Settings that exist.</summary>
internal static partial class SettingPolicies
{
    private static readonly Dictionary<string, OptionSections> Sections = new()
    {
        ["gateway"] = new(typeof(GatewayOptions).Assembly),
        ["worker"] = new(typeof(WorkerOptions).Assembly),
        ["operator"] = new(typeof(OperatorOptions).Assembly),
        ["web-client"] = new(typeof(WebClientOptions).Assembly),
    };

    private static readonly string[] OfOpenTelemetry =
        ["OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_RESOURCE_ATTRIBUTES"];

    // Settings of .NET that our documentation names: the trusted authorities, and the certificate with which a service listens.
    private static readonly string[] OfDotNet =
    [
        "SSL_CERT_FILE", "Kestrel__Endpoints__Http__Url", "Kestrel__Endpoints__Https__Url",
        "Kestrel__Endpoints__Https__Certificate__Path", "Kestrel__Endpoints__Https__Certificate__KeyPath",
    ];

    private static readonly string[] OfLogs =
    [
        .. LogKey().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"))).Select(key => key.Groups[1].Value),
    ];

    public static IReadOnlyList<Policy> All { get; } =
    [
        new("A service has the setting", manifests =>
            from found in manifests.Containers
            from setting in manifests.GetSettings(found.Container)
            where !Exists(found.Container.Name, setting.Key)
            select $"{found.Container.Name}: {setting.Key}"),
        new("The page that everybody may open shows no metrics", manifests =>
            from found in manifests.Containers
            where found.Container.Name == "web-client" && manifests.GetSettings(found.Container).Any(setting =>
                setting.Key == $"{TelemetryOptions.Section}__{nameof(TelemetryOptions.Prometheus)}" && setting.Value != "false")
            select found.Container.Name),
        new("Gateway and operator look after the same keyspaces", manifests =>
            GetKeyspaces(manifests, "gateway").SequenceEqual(GetKeyspaces(manifests, "operator")) ? [] : ["operator"]),
    ];

    /// <summary>Whether a service reads a setting, written as an environment variable.</summary>
    public static bool Exists(string service, string setting) =>
        OfOpenTelemetry.Contains(setting)
        || OfDotNet.Contains(setting)
        || OfLogs.Contains(setting)
        || Sections[service].Has(setting);

    private static IEnumerable<string> GetKeyspaces(Manifests manifests, string service) => manifests
        .GetSettings(manifests.Container(service))
        .Where(setting => setting.Key.Contains("__Keyspaces__", StringComparison.Ordinal))
        .Select(setting => setting.Value).Order();

    [GeneratedRegex(@"(?m)^\| `(Logging__\w+)` \|")]
    private static partial Regex LogKey();
}
