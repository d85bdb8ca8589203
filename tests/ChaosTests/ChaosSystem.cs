using OfflineActions.Dev;
using OfflineActions.Messaging;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Chaos;

/// <summary>
/// The whole system as processes, so that a case can kill or freeze any of them and the test process adds no load: emulators, gateway,
/// workers, and the case's own RabbitMQ or a virtual host of the shared one.
/// </summary>
internal sealed class ChaosSystem : IAsyncDisposable
{
    private const string WebhookPassword = "a-password-for-the-webhook";

    private readonly ChaosOptions options;
    private readonly VirtualHost virtualHost;
    private readonly ServiceProcess syncGatewayProcess;
    private readonly Uri syncGateway;
    private readonly IReadOnlyList<EmulatedSwapi> swapis;
    private readonly List<ServiceProcess> started = [];
    private readonly BrokerProxy? proxy;
    private readonly LocalRabbitMqCluster? cluster;

    private ChaosSystem(ChaosOptions options, LocalRabbitMqCluster? cluster, LocalRabbitMq broker, VirtualHost virtualHost, EmulatorPorts ports, ServiceProcess syncGatewayProcess, IReadOnlyList<EmulatedSwapi> swapis)
    {
        this.options = options;
        this.virtualHost = virtualHost;
        this.syncGatewayProcess = syncGatewayProcess;
        this.cluster = cluster;
        Broker = broker;
        this.swapis = swapis;
        syncGateway = ports.SyncGateway;
        proxy = options.BrokerProxy ? new BrokerProxy(broker.Url.Port) : null;
        Queues = new ChaosQueues(broker, virtualHost);
        Database = new Database(syncGateway);
        SyncGateway = new EmulatorControl(ports.SyncGatewayControl);
        GatewayUrl = ports.Gateway;
        Workers = new ServiceProcess[options.Workers];
    }

    public LocalRabbitMq Broker { get; private set; }

    /// <summary>The broker's nodes, when the case asks for several; <see cref="Broker"/> is the first.</summary>
    public LocalRabbitMqCluster Cluster => cluster ?? throw new InvalidOperationException("This case has no cluster.");

    /// <summary>The broker as services know it.</summary>
    public BusOptions BusOptions => new() { Url = BrokerUrl, Nodes = [.. OtherNodes] };

    public Uri BrokerUrl => virtualHost.Url;

    /// <summary>Between the services and the broker, when the case asks for it.</summary>
    public BrokerProxy BrokerProxy => proxy ?? throw new InvalidOperationException("This case has no proxy.");

    public Uri SyncGatewayUrl => syncGateway;

    public BrokerManagement Management => virtualHost.Management;

    public ChaosQueues Queues { get; }

    public Database Database { get; }

    public EmulatorControl SyncGateway { get; }

    /// <summary>The SWAPI of all workers, or of the first one.</summary>
    public EmulatedSwapi Swapi => swapis[0];

    public Uri GatewayUrl { get; }

    public ServiceProcess Gateway { get; private set; } = null!;

    /// <summary>The current workers; a restarted worker keeps its index.</summary>
    public ServiceProcess[] Workers { get; }

    /// <summary>Starts every process, waits until it is ready, and sets SWAPI's latency.</summary>
    public static async Task<ChaosSystem> StartAsync(ChaosOptions? options = null)
    {
        options ??= new ChaosOptions();
        var virtualHost = default(VirtualHost);
        // Three nodes need longer for a new virtual host than the management API waits.
        var cluster = options.Cluster
            ? await LocalRabbitMqCluster.StartAsync(async first => virtualHost = await CreateVirtualHostAsync(first))
            : null;
        var broker = cluster is not null ? cluster.Nodes[0] : options.OwnBroker ? await LocalRabbitMq.StartAsync() : await ChaosBroker.SharedAsync();
        virtualHost ??= await CreateVirtualHostAsync(broker);
        var ports = new EmulatorPorts();
        var syncGateway = await ServiceProcess.StartAsync(ports.SyncGatewayProcess(WebhookPassword));
        var system = new ChaosSystem(options, cluster, broker, virtualHost, ports, syncGateway, await StartSwapisAsync(options, ports));
        try
        {
            await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(system.StartWorkerAsync).Append(system.StartGatewayAsync()));
            await Task.WhenAll(system.swapis.Select(swapi => swapi.ClearFaultsAsync()));
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>The SWAPI of a worker.</summary>
    public EmulatedSwapi GetSwapiOfWorker(int index) => swapis[index % swapis.Count];

    /// <summary>Replaces the broker by an empty one on the same ports.</summary>
    public async Task ReplaceBrokerAsync()
    {
        var (port, management) = (Broker.Url.Port, Broker.ManagementUrl.Port);
        await Broker.DisposeAsync();
        Broker = await LocalRabbitMq.StartAsync(new LocalRabbitMqOptions { Port = port, ManagementPort = management });
        await Management.CreateVirtualHostAsync();
    }

    /// <summary>Starts a gateway on the port of the previous one, which must have ended.</summary>
    public async Task StartGatewayAsync() => Gateway = await StartGatewayAsync("gateway", GatewayUrl);

    /// <summary>Starts another gateway; webhooks go only to <see cref="GatewayUrl"/>.</summary>
    public async Task<ServiceProcess> StartGatewayAsync(string name, Uri? url = null) => Track(await ServiceProcess.StartAsync(new ServiceOptions
    {
        Service = "Gateway",
        ReadyTimeout = ChaosSettings.Timeout,
        Name = name,
        Url = url,
        Environment = Environment(
            options.Gateway,
            ("Gateway__WebhookPassword", WebhookPassword),
            ("Gateway__CatchUpGrace", "00:00:02"),
            ("Gateway__CheckpointEvery", "00:00:01")),
    }));

    /// <summary>Starts a worker; the previous one with this index must have ended.</summary>
    public async Task StartWorkerAsync(int index) => Workers[index] = Track(await ServiceProcess.StartAsync(new ServiceOptions
    {
        Service = "Worker",
        ReadyTimeout = ChaosSettings.Timeout,
        Name = $"worker {index + 1}",
        Environment = Environment(options.Worker, ("Swapi__BaseAddresses__0", GetSwapiOfWorker(index).Url.AbsoluteUri), ("Swapi__Cache", "false")),
    }));

    /// <summary>The last output of the processes, for the message of a failed case.</summary>
    public string DescribeProcesses()
    {
        lock (started)
        {
            return string.Join('\n', started.TakeLast(6).Select(process =>
                $"{process.Name} (process {process.ProcessId}{(process.Exited.IsCompleted ? ", ended" : "")}):\n{process.Output.Last(8)}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(started.Append(syncGatewayProcess).Select(process => process.DisposeAsync().AsTask()));
        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }

        Database.Dispose();
        Queues.Dispose();
        SyncGateway.Dispose();
        await Task.WhenAll(swapis.Select(swapi => swapi.DisposeAsync().AsTask()));
        await (cluster is not null ? cluster.DisposeAsync() : options.OwnBroker ? Broker.DisposeAsync() : virtualHost.DisposeAsync());
    }

    private static Task<VirtualHost> CreateVirtualHostAsync(LocalRabbitMq broker) =>
        VirtualHost.CreateAsync(new SharedBroker(broker.Url, broker.ManagementUrl, owned: null));

    private static Task<EmulatedSwapi[]> StartSwapisAsync(ChaosOptions options, EmulatorPorts first) => Task.WhenAll(
        Enumerable.Range(0, options.SwapiForEach ? options.Workers : 1).Select(async place =>
        {
            var ports = place == 0 ? first : new EmulatorPorts();
            return new EmulatedSwapi(ports, options.SwapiLatency, await ServiceProcess.StartAsync(ports.SwapiProcess()));
        }));

    private IEnumerable<string> OtherNodes => cluster is null ? [] : cluster.Nodes.Skip(1).Select(node => node.Url.Authority);

    private ServiceProcess Track(ServiceProcess process)
    {
        lock (started)
        {
            started.Add(process);
        }

        return process;
    }

    // The settings of the case come last and override the defaults.
    private Dictionary<string, string?> Environment(IReadOnlyDictionary<string, string?> own, params (string Name, string Value)[] usual)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = proxy is null ? BrokerUrl.AbsoluteUri : new UriBuilder(BrokerUrl) { Port = proxy.Port }.Uri.AbsoluteUri,
            ["SyncGateway__Url"] = syncGateway.AbsoluteUri,
        };
        foreach (var (node, index) in OtherNodes.Select((node, index) => (node, index)))
        {
            environment[$"Bus__Nodes__{index}"] = node;
        }

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
