using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.Commands;

/// <summary>What was seen at one time of a soak.</summary>
/// <param name="Time">Since the beginning.</param>
/// <param name="Written">Requests written so far.</param>
/// <param name="Open">Those of them that are not answered yet.</param>
/// <param name="Messages">Messages in all queues.</param>
/// <param name="Connections">Connections to the broker.</param>
/// <param name="GatewayMegabytes">The gateway's memory.</param>
/// <param name="WorkerMegabytes">The memory of the worker that is never killed.</param>
internal sealed record SoakLook(TimeSpan Time, long Written, long Open, long Messages, int Connections, long GatewayMegabytes, long WorkerMegabytes)
{
    public const string Header = "    time  written   open  messages  connections  gateway  worker";

    public override string ToString() =>
        $"{Time,8:mm\\:ss}{Written,9}{Open,7}{Messages,10}{Connections,13}{GatewayMegabytes,6} MB{WorkerMegabytes,5} MB";
}

/// <summary>The system of a soak: a private RabbitMQ, and everything else as processes.</summary>
internal sealed class SoakSystem : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly LocalRabbitMq broker;
    private readonly SystemServices services;
    private readonly SystemPorts ports;
    private readonly List<ServiceProcess> running = [];
    private ServiceProcess gateway = null!;
    private ServiceProcess survivor = null!;
    private ServiceProcess victim = null!;
    private long written;

    private SoakSystem(LocalRabbitMq broker, SystemPorts ports)
    {
        this.broker = broker;
        this.ports = ports;
        services = new SystemServices(ports, broker.Url);
        var user = Encoding.UTF8.GetBytes($"{broker.Credentials.UserName}:{broker.Credentials.Password}");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(user));
    }

    /// <summary>Starts everything; when this returns, all of it is ready.</summary>
    public static async Task<SoakSystem> StartAsync(LocalRabbitMq broker, int workers, CancellationToken cancellationToken)
    {
        var system = new SoakSystem(broker, SystemPorts.Free(workers));
        var gateway = system.services.GatewayOptions();
        ServiceOptions[] all = [system.services.SyncGatewayOptions(), system.services.SwapiOptions(), gateway, .. system.services.WorkerOptions()];
        foreach (var service in all)
        {
            system.running.Add(await ServiceProcess.StartAsync(service, cancellationToken));
        }

        var first = Array.IndexOf(all, gateway);
        (system.gateway, system.survivor, system.victim) = (system.running[first], system.running[first + 1], system.running[^1]);
        return system;
    }

    /// <summary>Writes so many requests a second until cancelled.</summary>
    public async Task WriteAsync(int rate, CancellationToken cancellationToken)
    {
        using var apps = new HttpClient { BaseAddress = new Uri(services.SyncGateway + "/db/") };
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1) / rate);
        while (!cancellationToken.IsCancellationRequested)
        {
            using var answer = await apps.PutAsJsonAsync($"soak-{written}", new JsonObject { ["action"] = "person_request" }, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            written++;
            await tick.WaitForNextTickAsync(cancellationToken).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Kills one of the workers, always of the same place, and starts it again.</summary>
    public async Task KillAWorkerAsync(CancellationToken cancellationToken)
    {
        await victim.KillAsync();
        running.Remove(victim);
        await victim.DisposeAsync();
        running.Add(victim = await ServiceProcess.StartAsync(services.WorkerOptions().Last(), cancellationToken));
    }

    /// <summary>Looks at everything that could grow.</summary>
    public async Task<SoakLook> LookAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var broker = await http.GetFromJsonAsync<JsonObject>(new Uri(this.broker.ManagementUrl, "api/overview"), cancellationToken);
        var requests = written;
        var stats = await http.GetFromJsonAsync<JsonObject>($"http://127.0.0.1:{ports.SyncGatewayControl}/stats", cancellationToken);
        return new SoakLook(
            time,
            requests,
            Math.Max(0, (2 * requests) - (long)stats!["writes"]!),
            (long?)broker!["queue_totals"]?["messages"] ?? 0,
            (int)broker["object_totals"]!["connections"]!,
            Megabytes(gateway),
            Megabytes(survivor));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var service in running.AsEnumerable().Reverse())
        {
            await service.DisposeAsync();
        }
    }

    private static long Megabytes(ServiceProcess service)
    {
        using var process = Process.GetProcessById(service.ProcessId);
        return process.WorkingSet64 / 1_000_000;
    }
}
