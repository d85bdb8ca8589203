using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Monitoring;

/// <summary>
/// The whole system, watched by a Prometheus with the configuration in deploy/observability. Only addresses and intervals differ.
/// </summary>
internal sealed partial class MonitoredSystem : IAsyncDisposable
{
    private readonly LocalRabbitMq broker;
    private readonly int brokerMetrics;
    private readonly string folder = Directory.CreateTempSubdirectory("offline-actions-prometheus-").FullName;
    private readonly HttpClient http = new();
    private readonly Uri prometheusUrl = new($"http://127.0.0.1:{FreePorts.Take()}");
    private ServiceProcess? webClient;
    private ServiceProcess? operatorPage;
    private ChildProcess? prometheus;

    private MonitoredSystem(LocalRabbitMq broker, int brokerMetrics, PipelineSystem pipeline) =>
        (this.broker, this.brokerMetrics, Pipeline) = (broker, brokerMetrics, pipeline);

    public PipelineSystem Pipeline { get; }

    public static async Task<MonitoredSystem> StartAsync()
    {
        var port = FreePorts.Take();
        var broker = await LocalRabbitMq.StartAsync(new LocalRabbitMqOptions { PrometheusPort = port });
        var pipeline = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Broker = broker,
            Environment = new Dictionary<string, string?>
            {
                ["Telemetry__Prometheus"] = "true",
                ["Bus__Delays__0"] = "00:00:00.300",
                ["Schedules__yearly__Cron"] = "0 0 1 1 *",
                ["Schedules__yearly__Document"] = """{"action":"person_request"}""",
            },
        });
        var system = new MonitoredSystem(broker, port, pipeline);
        await system.StartOthersAsync();
        return system;
    }

    /// <summary>Every sample of services and broker, as Prometheus reads them.</summary>
    public async Task<IReadOnlyList<string>> ScrapeAsync()
    {
        Uri[] targets =
        [
            new(Pipeline.Gateway.Url, "metrics"), new(Pipeline.Workers[0].Url, "metrics"), new(webClient!.Url, "metrics"),
            new(operatorPage!.Url, "metrics"),
            new($"http://127.0.0.1:{brokerMetrics}/metrics"),
            new($"http://127.0.0.1:{brokerMetrics}/metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count"),
        ];
        var texts = await Task.WhenAll(targets.Select(http.GetStringAsync));
        return [.. texts.SelectMany(text => text.Split('\n')).Where(line => line.Length > 0 && line[0] != '#')];
    }

    /// <summary>The result of a query.</summary>
    public async Task<JsonArray> QueryAsync(string expression) =>
        (await GetAsync($"query?query={Uri.EscapeDataString(expression)}"))["result"]!.AsArray();

    /// <summary>The labels of the alerts that fire.</summary>
    public async Task<IReadOnlyList<JsonNode>> FiringAsync() =>
    [
        .. (await GetAsync("alerts"))["alerts"]!.AsArray().Where(alert => (string?)alert!["state"] == "firing").Select(alert => alert!["labels"]!),
    ];

    public async ValueTask DisposeAsync()
    {
        if (prometheus is not null)
        {
            await prometheus.DisposeAsync();
        }

        foreach (var page in new[] { webClient, operatorPage })
        {
            await (page?.DisposeAsync() ?? default);
        }

        http.Dispose();
        await Pipeline.DisposeAsync();
        await broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartOthersAsync()
    {
        webClient = await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = "WebClient",
            ReadyPath = "/health/live",
            Environment = new Dictionary<string, string?>
            {
                ["WebClient__SyncGateway"] = Pipeline.SyncGateway.PublicUrl.AbsoluteUri,
                ["Telemetry__Prometheus"] = "true",
            },
        });
        operatorPage = await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = "Operator",
            Arguments = ["serve"],
            ReadyPath = "/health/live",
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = Pipeline.BrokerUrl.AbsoluteUri,
                ["Operator__Management"] = broker.ManagementUrl.AbsoluteUri,
                ["SyncGateway__Url"] = Pipeline.SyncGateway.PublicUrl.AbsoluteUri,
                ["Telemetry__Prometheus"] = "true",
            },
        });
        var configuration = Path.Combine(folder, "prometheus.yml");
        var original = await File.ReadAllTextAsync(Path.Combine(Promtool.Folder, "prometheus.yml"));
        await File.WriteAllTextAsync(configuration, Localize(original));
        File.Copy(Path.Combine(Promtool.Folder, "alerts.yml"), Path.Combine(folder, "alerts.yml"));
        prometheus = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "prometheus",
            Program = Promtool.Installed.Server,
            Arguments =
            [
                $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder, "data")}",
                $"--web.listen-address={prometheusUrl.Authority}",
            ],
        });
        var ready = new Readiness("prometheus", prometheus, TimeSpan.FromSeconds(60));
        await ready.WaitAsync(attempt => Readiness.RespondsAsync(new Uri(prometheusUrl, "-/ready"), attempt), CancellationToken.None);
    }

    private string Localize(string configuration)
    {
        var targets = new Dictionary<string, Uri>
        {
            ["gateway"] = Pipeline.Gateway.Url,
            ["worker"] = Pipeline.Workers[0].Url,
            ["operator"] = operatorPage!.Url,
            ["web-client"] = webClient!.Url,
        };
        // The collector does not run here, and is the last job.
        configuration = configuration[..configuration.IndexOf("  - job_name: otel-collector", StringComparison.Ordinal)];
        configuration = Discovery().Replace(
            configuration, found => $"static_configs: [{{ targets: [\"{targets[found.Groups["name"].Value].Authority}\"] }}]");
        return configuration.Replace("rabbitmq:15692", $"127.0.0.1:{brokerMetrics}", StringComparison.Ordinal)
            .Replace("_interval: 15s", "_interval: 1s", StringComparison.Ordinal);
    }

    private async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await http.GetStringAsync(new Uri(prometheusUrl, "api/v1/" + path)))!["data"]!;

    [GeneratedRegex(@"dns_sd_configs: \[\{ names: \[(?<name>[\w-]+)\], type: A, port: 8080 \}\]")]
    private static partial Regex Discovery();
}
