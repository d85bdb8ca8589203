using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>
/// The whole system as in production, with Sync Gateway and SWAPI emulated in the test's process, which sets their faults and reads their
/// counters. Gateway and workers are processes, which can be killed, paused and restarted.
/// </summary>
internal sealed class PipelineSystem : IAsyncDisposable
{
    public const string WebhookPassword = "a-password-for-the-webhook";

    private readonly PipelineOptions options;
    private readonly VirtualHost? virtualHost;
    private readonly Uri gatewayUrl = new($"http://127.0.0.1:{FreePorts.Take()}");
    private readonly List<ServiceProcess> workers = [];
    private ServiceProcess? gateway;
    private int started;

    private PipelineSystem(PipelineOptions options, VirtualHost? virtualHost, SyncGatewayEmulator syncGateway, SwapiEmulator swapi)
    {
        this.options = options;
        this.virtualHost = virtualHost;
        SyncGateway = syncGateway;
        Swapi = swapi;
        Database = new Database(syncGateway.PublicUrl);
        Broker = virtualHost?.Management
            ?? options.Production?.Management
            ?? new BrokerManagement(options.Broker!.ManagementUrl, options.Broker.Credentials, "/");
        SyncGateway.AddWebhook(new WebhookOptions
        {
            Url = $"http://sync-gateway:{WebhookPassword}@{gatewayUrl.Authority}/webhooks/sync-gateway/db",
            Filter = options.Filtered ? WebhookFilter.JavaScript : null,
        });
    }

    public SyncGatewayEmulator SyncGateway { get; }

    public SwapiEmulator Swapi { get; }

    /// <summary>The documents.</summary>
    public Database Database { get; }

    /// <summary>The broker's management API.</summary>
    public BrokerManagement Broker { get; }

    /// <summary>The broker's address, with user, password and virtual host.</summary>
    public Uri BrokerUrl => virtualHost?.Url ?? options.Production?.UrlFor() ?? options.Broker!.Url;

    /// <summary>The gateway that was started last, running or not.</summary>
    public ServiceProcess Gateway => gateway ?? throw new InvalidOperationException("No gateway was started.");

    /// <summary>Every worker that was started, running or not.</summary>
    public IReadOnlyList<ServiceProcess> Workers => workers;

    /// <summary>Starts everything, and returns when all of it is ready.</summary>
    public static async Task<PipelineSystem> StartAsync(PipelineOptions? options = null)
    {
        options ??= new PipelineOptions();
        var system = new PipelineSystem(
            options,
            options is { Broker: null, Production: null } ? await Tests.Broker.VirtualHostAsync() : null,
            await SyncGatewayEmulator.StartAsync(new SyncGatewayEmulatorOptions
            {
                PublicPort = 0,
                AdminPort = 0,
                ControlPort = null,
                SyncFunction = options.SyncFunction,
            }),
            await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = 0, ControlPort = null }));
        try
        {
            // Where only workers declare the queues, the gateway waits for one.
            var gateway = system.StartGatewayAsync(options.Checkout);
            if (options.Production is null)
            {
                await gateway;
            }

            await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => system.StartWorkerAsync(checkout: options.Checkout)));
            await gateway;
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a gateway at the address of the previous one, which must have ended.</summary>
    /// <param name="checkout">The checkout whose build to start; null for this one.</param>
    public async Task<ServiceProcess> StartGatewayAsync(string? checkout = null) => gateway = await ServiceProcess.StartAsync(new ServiceOptions
    {
        Service = "Gateway",
        Checkout = checkout,
        Url = gatewayUrl,
        Environment = Environment(("Gateway__WebhookPassword", WebhookPassword), options.GatewayEnvironment),
    });

    /// <summary>Starts one more worker.</summary>
    /// <param name="environment">Added to its environment.</param>
    /// <param name="checkout">The checkout whose build to start; null for this one.</param>
    public async Task<ServiceProcess> StartWorkerAsync(IReadOnlyDictionary<string, string?>? environment = null, string? checkout = null)
    {
        var worker = await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = "Worker",
            Checkout = checkout,
            Name = $"worker {Interlocked.Increment(ref started)}",
            Environment = Environment(("Swapi__BaseAddresses__0", Swapi.Url.AbsoluteUri), options.WorkerEnvironment, environment),
        });
        lock (workers)
        {
            workers.Add(worker);
        }

        return worker;
    }

    /// <summary>Stops all workers gracefully.</summary>
    public Task StopWorkersAsync() =>
        Task.WhenAll(workers.Where(worker => !worker.Exited.IsCompleted).Select(worker => worker.TerminateAsync()));

    /// <summary>
    /// The number of ready and unacknowledged messages of each queue, up to a second old. The queues of the catch-up's lease, which
    /// always holds one message, and of the operator page, which is exclusive, are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, int>> QueueCountsAsync() => (await Broker.QueuesAsync())
        .Where(queue => !queue.Name.StartsWith("offline-actions-", StringComparison.Ordinal))
        .ToDictionary(queue => queue.Name, queue => queue.Messages);

    /// <summary>Waits until a queue has that many messages.</summary>
    public async Task UntilQueuedAsync(string queue, int messages)
    {
        if (!await Eventually.IsAsync(async () => await Broker.QueueAsync(queue) is { } info && info.Messages == messages))
        {
            Assert.Fail($"{queue} never had {messages} messages.\n{await DescribeAsync()}");
        }
    }

    /// <summary>Waits until no queue has any message.</summary>
    public async Task UntilQueuesAreEmptyAsync()
    {
        // The management API counts unacknowledged messages, too, but is up to a second old; the exact count has only ready messages.
        if (!await Eventually.IsAsync(async () =>
            await QueueCountsAsync() is var counts
            && counts.Values.All(count => count == 0)
            && await Messages.CountAsync(BrokerUrl, counts.Keys) == 0))
        {
            Assert.Fail($"There are messages left.\n{await DescribeAsync()}");
        }
    }

    /// <summary>
    /// Waits until a condition holds for all those documents. After the timeout the test fails and lists the open documents.
    /// </summary>
    public async Task UntilAsync(IReadOnlyCollection<string> ids, Func<JsonObject, bool> condition, TimeSpan? within = null)
    {
        var deadline = DateTime.UtcNow + (within ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            var all = await Database.AllAsync();
            var open = ids.Where(id => !all.TryGetValue(id, out var document) || !condition(document)).ToArray();
            if (open is [])
            {
                return;
            }

            if (DateTime.UtcNow > deadline)
            {
                var some = open.Take(5).Select(id => $"{id}: {all.GetValueOrDefault(id)?.ToJsonString() ?? "missing"}");
                Assert.Fail($"{open.Length} of {ids.Count} documents are open:\n  {string.Join("\n  ", some)}\n{await DescribeAsync()}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Waits until <c>action</c> of all those documents is <paramref name="state"/>.</summary>
    public Task UntilAllAsync(IReadOnlyCollection<string> ids, string state, TimeSpan? within = null) =>
        UntilAsync(ids, document => (string?)document["action"] == state, within);

    /// <summary>
    /// Waits until <c>action</c> of a document is <paramref name="state"/>, and returns it with the history of its revisions.
    /// </summary>
    public async Task<JsonObject> UntilStateAsync(string id, string state)
    {
        await UntilAllAsync([id], state);
        return await Database.GetAsync(id);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask()));
        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }

        Database.Dispose();
        await SyncGateway.DisposeAsync();
        await Swapi.DisposeAsync();
        if (virtualHost is not null)
        {
            await virtualHost.DisposeAsync();
        }
        else if (options.Production is null)
        {
            Broker.Dispose();
        }
    }

    // Later settings replace earlier ones.
    private Dictionary<string, string?> Environment((string Name, string Value) own, params IReadOnlyDictionary<string, string?>?[] more)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = BrokerUrl.AbsoluteUri,
            ["SyncGateway__Url"] = SyncGateway.PublicUrl.AbsoluteUri,
            [own.Name] = own.Value,
        };
        foreach (var (name, value) in more.Prepend(options.Environment).SelectMany(some => some ?? new Dictionary<string, string?>()))
        {
            environment[name] = value;
        }

        return environment;
    }

    private async Task<string> DescribeAsync() => string.Join(
        '\n',
        [
            "Queues: " + string.Join(", ", (await QueueCountsAsync()).Where(queue => queue.Value > 0)),
            .. workers.Prepend(gateway).OfType<ServiceProcess>().Select(process =>
                $"{process.Name}{(process.Exited.IsCompleted ? " (ended)" : "")}:\n{process.Output.Last(10)}"),
        ]);
}
