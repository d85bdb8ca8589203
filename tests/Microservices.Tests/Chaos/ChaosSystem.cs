using System.Text.Json.Nodes;
using Dev;
using Microservices.Tests.Pipeline;

namespace Microservices.Tests.Chaos;

/// <summary>
/// Everything as processes, so that any of them can be killed or frozen and this one is no part of the load: emulators, gateway,
/// workers, and a RabbitMQ of the case's own or a virtual host of the shared one.
/// </summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private const string WebhookPassword = "a-password-for-the-webhook";

    private readonly ChaosOptions options;
    private readonly VirtualHost virtualHost;
    private readonly ServiceProcess emulators;
    private readonly Uri syncGateway;
    private readonly Uri swapi;
    private readonly List<ServiceProcess> started = [];

    private ChaosSystem(ChaosOptions options, LocalRabbitMq broker, VirtualHost virtualHost, ServiceProcess emulators, EmulatorPorts ports)
    {
        this.options = options;
        this.virtualHost = virtualHost;
        this.emulators = emulators;
        Broker = broker;
        (syncGateway, swapi) = (ports.SyncGateway, ports.Swapi);
        Queues = new ChaosQueues(broker, virtualHost);
        Database = new Database(syncGateway);
        SyncGateway = new EmulatorControl(ports.SyncGatewayControl);
        Swapi = new EmulatorControl(ports.SwapiControl);
        GatewayUrl = ports.Gateway;
        Workers = new ServiceProcess[options.Workers];
    }

    public LocalRabbitMq Broker { get; }

    public Uri BrokerUrl => virtualHost.Url;

    public BrokerManagement Management => virtualHost.Management;

    public ChaosQueues Queues { get; }

    public Database Database { get; }

    public EmulatorControl SyncGateway { get; }

    public EmulatorControl Swapi { get; }

    public Uri GatewayUrl { get; }

    public ServiceProcess Gateway { get; private set; } = null!;

    /// <summary>The workers of now; each keeps its place when it is started again.</summary>
    public ServiceProcess[] Workers { get; }

    /// <summary>Starts everything; when this returns, all of it is ready, and as slow as the case wants it.</summary>
    public static async Task<ChaosSystem> Start(ChaosOptions? options = null)
    {
        options ??= new ChaosOptions();
        var broker = options.Broker ?? await ChaosBroker.Shared();
        var virtualHost = await VirtualHost.Create(new SharedBroker(broker.Url, broker.ManagementUrl, owned: null));
        var ports = new EmulatorPorts();
        var system = new ChaosSystem(options, broker, virtualHost, await ServiceProcess.Start(ports.Emulators(WebhookPassword)), ports);
        try
        {
            await system.StartGateway();
            await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(system.StartWorker));
            await system.SwapiIs(new JsonObject());
            await system.Swapi.ClearStats();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets SWAPI's faults, on top of its slowness.</summary>
    public Task SwapiIs(JsonObject faults)
    {
        faults["latency"] = options.SwapiLatency.ToString();
        return Swapi.Faults(faults);
    }

    /// <summary>Starts a gateway where the one before it listened, which must have ended.</summary>
    public async Task StartGateway() => Gateway = await StartGateway("gateway", GatewayUrl);

    /// <summary>Starts one more gateway, to which no webhook is sent.</summary>
    public async Task<ServiceProcess> StartGateway(string name, Uri? url) => Remember(await ServiceProcess.Start(new ServiceOptions
    {
        Service = "Gateway",
        Name = name,
        Url = url,
        Environment = Environment(options.Gateway, ("Gateway__WebhookPassword", WebhookPassword)),
    }));

    /// <summary>Starts the worker of a place, whose predecessor must have ended.</summary>
    public async Task StartWorker(int place) => Workers[place] = Remember(await ServiceProcess.Start(new ServiceOptions
    {
        Service = "Worker",
        Name = $"worker {place + 1}",
        Environment = Environment(options.Worker, ("Swapi__BaseAddresses__0", swapi.AbsoluteUri), ("Swapi__Cache", "false")),
    }));

    /// <summary>What everybody wrote last, for a case that fails.</summary>
    public string Situation()
    {
        lock (started)
        {
            return string.Join('\n', started.TakeLast(6).Select(process =>
                $"{process.Name} (process {process.ProcessId}{(process.Exited.IsCompleted ? ", ended" : "")}):\n{process.Output.Last(8)}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(started.Append(emulators).Select(process => process.DisposeAsync().AsTask()));
        Database.Dispose();
        Queues.Dispose();
        SyncGateway.Dispose();
        Swapi.Dispose();
        if (options.Broker is null)
        {
            await virtualHost.DisposeAsync();
        }
    }

    private ServiceProcess Remember(ServiceProcess process)
    {
        lock (started)
        {
            started.Add(process);
        }

        return process;
    }

    // What a case says wins.
    private Dictionary<string, string?> Environment(IReadOnlyDictionary<string, string?> own, params (string Name, string Value)[] usual)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = virtualHost.Url.AbsoluteUri,
            ["SyncGateway__Url"] = syncGateway.AbsoluteUri,
        };
        foreach (var (delay, step) in options.Delays.Select((delay, step) => (delay, step)))
        {
            environment[$"Bus__Delays__{step}"] = delay.ToString();
        }

        foreach (var (name, value) in usual.Select(usual => KeyValuePair.Create(usual.Name, (string?)usual.Value)).Concat(own))
        {
            environment[name] = value;
        }

        return environment;
    }
}
