using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>Measurements at one time of a soak test.</summary>
/// <param name="Time">Time since the start.</param>
/// <param name="Written">Requests written so far.</param>
/// <param name="Open">Requests without a result yet.</param>
/// <param name="Messages">Messages in the queues of the action.</param>
/// <param name="Connections">Connections to the broker.</param>
/// <param name="GatewayMegabytes">The gateway's memory.</param>
/// <param name="WorkerMegabytes">The memory of the worker that runs the whole time.</param>
internal sealed record SoakSample(
    TimeSpan Time, long Written, long Open, long Messages, int Connections, long GatewayMegabytes, long WorkerMegabytes)
{
    public const string Header = "    time  written   open  messages  connections  gateway  worker";

    public override string ToString() =>
        $"{Time,8:mm\\:ss}{Written,9}{Open,7}{Messages,10}{Connections,13}{GatewayMegabytes,6} MB{WorkerMegabytes,5} MB";
}

/// <summary>The system under a soak test: a private RabbitMQ, and every other part as a process.</summary>
internal sealed class SoakSystem : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly LocalRabbitMq broker;
    private readonly SystemServices services;
    private readonly SystemPorts ports;
    private readonly List<ServiceProcess> running = [];
    private ServiceProcess gateway = null!;
    private ServiceProcess permanent = null!;
    private ServiceProcess replaceable = null!;
    private long written;

    private SoakSystem(LocalRabbitMq broker, SystemPorts ports)
    {
        this.broker = broker;
        this.ports = ports;
        services = new SystemServices(ports, broker.Url);
        var user = Encoding.UTF8.GetBytes($"{broker.Credentials.UserName}:{broker.Credentials.Password}");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(user));
    }

    /// <summary>Starts every process and waits until it is ready.</summary>
    public static async Task<SoakSystem> StartAsync(LocalRabbitMq broker, int workers, CancellationToken cancellationToken)
    {
        var system = new SoakSystem(broker, SystemPorts.FindFree(workers));
        var gateway = system.services.GatewayOptions();
        ServiceOptions[] all =
        [
            system.services.SyncGatewayOptions(), system.services.SwapiOptions(), gateway, .. system.services.WorkerOptions(),
        ];
        foreach (var service in all)
        {
            system.running.Add(await ServiceProcess.StartAsync(service, cancellationToken));
        }

        var first = Array.IndexOf(all, gateway);
        (system.gateway, system.permanent, system.replaceable) = (system.running[first], system.running[first + 1], system.running[^1]);
        return system;
    }

    /// <summary>Writes <paramref name="rate"/> requests per second until it is cancelled.</summary>
    public async Task WriteAsync(int rate, CancellationToken cancellationToken)
    {
        using var database = new HttpClient { BaseAddress = new Uri(services.SyncGateway + "/db/") };
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1) / rate);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var response = await database.PutAsJsonAsync(
                $"soak-{written}", new JsonObject { ["action"] = "person_request" }, CancellationToken.None);
            response.EnsureSuccessStatusCode();
            written++;
            await tick.WaitForNextTickAsync(cancellationToken).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Kills the last worker and starts it again; the first worker keeps running.</summary>
    public async Task ReplaceWorkerAsync(CancellationToken cancellationToken)
    {
        await replaceable.KillAsync();
        running.Remove(replaceable);
        await replaceable.DisposeAsync();
        running.Add(replaceable = await ServiceProcess.StartAsync(services.WorkerOptions().Last(), cancellationToken));
    }

    /// <summary>Measures everything that could grow.</summary>
    public async Task<SoakSample> SampleAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var broker = await http.GetFromJsonAsync<JsonObject>(new Uri(this.broker.ManagementUrl, "api/overview"), cancellationToken);
        // Without the queue of the gateway's lease, which always holds one message.
        var queues = await http.GetFromJsonAsync<JsonObject[]>(new Uri(this.broker.ManagementUrl, "api/queues"), cancellationToken);
        var requests = written;
        var stats = await http.GetFromJsonAsync<JsonObject>($"http://127.0.0.1:{ports.SyncGatewayControl}/stats", cancellationToken);
        return new SoakSample(
            time,
            requests,
            Math.Max(0, (2 * requests) - (long)stats!["writes"]!),
            queues!.Where(queue => ((string)queue["name"]!).StartsWith("person-requested", StringComparison.Ordinal))
                .Sum(queue => (long?)queue["messages"] ?? 0),
            (int)broker!["object_totals"]!["connections"]!,
            GetMegabytes(gateway),
            GetMegabytes(permanent));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var service in running.AsEnumerable().Reverse())
        {
            await service.DisposeAsync();
        }
    }

    private static long GetMegabytes(ServiceProcess service)
    {
        using var process = Process.GetProcessById(service.ProcessId);
        return process.WorkingSet64 / 1_000_000;
    }
}
