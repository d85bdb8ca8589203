using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OfflineActions.Dev.LocalSystem;

namespace OfflineActions.Dev.Comparison;

/// <summary>
/// One stack with fresh processes, between an emulated Sync Gateway and an emulated SWAPI that are the same for every stack, and a broker.
/// </summary>
internal sealed class StackRun : IAsyncDisposable
{
    private const string Release = "release";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    /// <summary>perf finds no method in memory that is mapped twice, which the runtime does so that no page is writable and executable.</summary>
    private static readonly Dictionary<string, string?> Profiled = new() { ["DOTNET_PerfMapEnabled"] = "1", ["DOTNET_EnableWriteXorExecute"] = "0" };

    private readonly StackVariant variant;
    private readonly SystemPorts ports;
    private readonly SystemServices services;
    private readonly LocalRabbitMq broker;
    private readonly CeleryProcesses celery;
    private readonly List<ServiceProcess> stubs = [];
    private readonly List<IAsyncDisposable> running = [];
    private readonly List<int> gateway = [];
    private readonly List<int> workers = [];
    private readonly HttpClient database;
    private readonly RequestLoad load;
    private readonly WebhookLoad webhooks;

    private StackRun(StackVariant variant, LocalRabbitMq broker, Uri virtualHost)
    {
        (this.variant, this.broker) = (variant, broker);
        ports = SystemPorts.FindFree(variant.Workers);
        services = new SystemServices(ports, virtualHost);
        celery = new CeleryProcesses(services, ports, virtualHost);
        database = new HttpClient { BaseAddress = new Uri(services.SyncGateway + "/db/") };
        load = new RequestLoad(database);
        webhooks = new WebhookLoad(new Uri(services.Gateway), services.WebhookPassword);
    }

    /// <summary>How long the stack took from its start to the first webhook that it accepted, and to the first result.</summary>
    public (TimeSpan Accepted, TimeSpan Result) StartUp { get; private set; }

    /// <summary>The ids of the processes that take webhooks.</summary>
    public IReadOnlyList<int> GatewayProcesses => gateway;

    /// <summary>The ids of the workers' processes.</summary>
    public IReadOnlyList<int> WorkerProcesses => workers;

    /// <summary>The memory of the stack's own processes now, in bytes.</summary>
    public long Memory => gateway.Concat(workers).Sum(ProcessUsage.Memory);

    /// <summary>The memory of the process that takes webhooks, in bytes.</summary>
    public long GatewayMemory => gateway.Sum(ProcessUsage.Memory);

    /// <summary>Starts a stack, and waits for its first result.</summary>
    /// <param name="variant">Which.</param>
    /// <param name="broker">The broker, in which it gets a virtual host of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<StackRun> StartAsync(StackVariant variant, LocalRabbitMq broker, CancellationToken cancellationToken)
    {
        var run = await CreateAsync(variant, broker, cancellationToken);
        try
        {
            await run.StartStubsAsync(cancellationToken);
            var start = Stopwatch.GetTimestamp();
            await run.StartGatewayAsync(cancellationToken);
            await run.StartWorkersAsync(cancellationToken);
            run.StartUp = await run.AwaitFirstResultAsync(start, cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a stack without workers, and writes requests that wait for them.</summary>
    public static async Task<StackRun> StartWithBacklogAsync(
        StackVariant variant, LocalRabbitMq broker, int documents, CancellationToken cancellationToken)
    {
        var run = await CreateAsync(variant, broker, cancellationToken);
        try
        {
            await run.StartStubsAsync(cancellationToken);
            await run.StartGatewayAsync(cancellationToken);
            await run.AwaitAcceptedAsync(await run.load.WriteOneAsync(cancellationToken), cancellationToken);
            await run.load.WriteAsync(documents - 1, cancellationToken);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>Measures a burst.</summary>
    public Task<StackLoad> BurstAsync(int documents, CancellationToken cancellationToken) =>
        MeasureAsync(documents, () => load.BurstAsync(documents, cancellationToken));

    /// <summary>Measures a constant rate.</summary>
    public Task<StackLoad> PacedAsync(int documents, int perSecond, CancellationToken cancellationToken) =>
        MeasureAsync(documents, () => load.PacedAsync(documents, perSecond, cancellationToken));

    /// <summary>Measures webhooks of documents that do not exist, sent past Sync Gateway. There must be no worker.</summary>
    public Task<StackLoad> WebhooksAsync(int count, CancellationToken cancellationToken) =>
        MeasureAsync(count, () => webhooks.BurstAsync(count, cancellationToken));

    /// <summary>The same at a constant rate.</summary>
    public Task<StackLoad> PacedWebhooksAsync(int count, int perSecond, CancellationToken cancellationToken) =>
        MeasureAsync(count, () => webhooks.PacedAsync(count, perSecond, cancellationToken));

    /// <summary>Starts the workers, and measures how long they need for a backlog.</summary>
    public async Task<StackLoad> DrainAsync(int documents, CancellationToken cancellationToken)
    {
        await StartWorkersAsync(cancellationToken);
        return await MeasureAsync(documents, () => load.DrainAsync(documents, cancellationToken));
    }

    /// <summary>The processor time of the gateway and of the workers while nothing happens, in parts of a core.</summary>
    public async Task<(double Gateway, double Workers)> IdleAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var (start, gatewayBefore, workersBefore) = (Stopwatch.GetTimestamp(), Sum(gateway), Sum(workers));
        await Task.Delay(time, cancellationToken);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return ((Sum(gateway) - gatewayBefore) / elapsed, (Sum(workers) - workersBefore) / elapsed);
    }

    /// <summary>Makes every answer of SWAPI take this long.</summary>
    public async Task SlowSwapiAsync(TimeSpan latency, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.PutAsJsonAsync(
            $"http://127.0.0.1:{ports.SwapiControl}/faults", new JsonObject { ["latency"] = latency.ToString() }, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        database.Dispose();
        webhooks.Dispose();
        foreach (var process in running.Concat(stubs).Reverse())
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>In a virtual host of its own, where no earlier stack has left a message.</summary>
    private static async Task<StackRun> CreateAsync(StackVariant variant, LocalRabbitMq broker, CancellationToken cancellationToken) =>
        new(variant, broker, await broker.AddVirtualHostAsync($"bench-{Guid.NewGuid():N}", cancellationToken));

    private static TimeSpan Sum(IEnumerable<int> processes) =>
        processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + ProcessUsage.ProcessorTime(process));

    private async Task StartStubsAsync(CancellationToken cancellationToken)
    {
        // A write waits for a webhook's place in the queue, so that none is dropped: Celery would never see that request.
        var syncGateway = services.SyncGatewayOptions();
        var patient = new Dictionary<string, string?>(syncGateway.Environment) { ["Emulators__SyncGateway__WaitForProcess"] = "60000" };
        foreach (var stub in new[] { syncGateway with { Environment = patient }, services.SwapiOptions() })
        {
            stubs.Add(await ServiceProcess.StartAsync(stub with { Configuration = Release }, cancellationToken));
        }
    }

    private async Task StartGatewayAsync(CancellationToken cancellationToken)
    {
        if (variant.Celery is { } settings)
        {
            Add(gateway, celery.StartWeb(settings, variant.Cache));
        }
        else
        {
            await AddAsync(gateway, services.GatewayOptions(), cancellationToken);
        }
    }

    private async Task StartWorkersAsync(CancellationToken cancellationToken)
    {
        if (variant.Celery is { } settings)
        {
            for (var number = 1; number <= variant.Workers; number++)
            {
                Add(workers, celery.StartWorker(number, settings, variant.Cache));
            }

            return;
        }

        foreach (var worker in services.WorkerOptions())
        {
            var cache = new Dictionary<string, string?>(worker.Environment) { ["Swapi__Cache"] = variant.Cache ? "true" : "false" };
            await AddAsync(workers, worker with { Environment = cache }, cancellationToken);
        }
    }

    private async Task AddAsync(List<int> part, ServiceOptions options, CancellationToken cancellationToken)
    {
        var environment = variant.IsProfiled ? options.Environment.Concat(Profiled).ToDictionary() : options.Environment;
        // Not waited for: the first result shows that it works, and when.
        var process = await ServiceProcess.StartAsync(
            options with { Checkout = variant.Checkout, Configuration = Release, ReadyPath = null, Environment = environment }, cancellationToken);
        running.Add(process);
        part.Add(process.ProcessId);
    }

    private void Add(List<int> part, ChildProcess process)
    {
        running.Add(process);
        part.Add(process.Id);
    }

    private async Task<(TimeSpan Accepted, TimeSpan Result)> AwaitFirstResultAsync(long start, CancellationToken cancellationToken)
    {
        var id = await load.WriteOneAsync(cancellationToken);
        await AwaitAcceptedAsync(id, cancellationToken);
        var accepted = Stopwatch.GetElapsedTime(start);
        await load.DrainAsync(1, cancellationToken);
        return (accepted, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Repeats the webhook of a document until the stack accepts it. Sync Gateway sent its own before the stack listened.</summary>
    private async Task AwaitAcceptedAsync(string id, CancellationToken cancellationToken)
    {
        var document = await database.GetByteArrayAsync(id, cancellationToken);
        var waited = Stopwatch.StartNew();
        while (!await IsAcceptedAsync())
        {
            if (waited.Elapsed > StartTimeout)
            {
                throw new TimeoutException($"{variant.Name} accepted no webhook within {StartTimeout.TotalSeconds:0} s.");
            }

            await Task.Delay(10, cancellationToken);
        }

        async Task<bool> IsAcceptedAsync()
        {
            try
            {
                return await webhooks.SendAsync(document, cancellationToken);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }
    }

    private async Task<StackLoad> MeasureAsync(int documents, Func<Task<LoadResult>> loadAsync)
    {
        var before = Usage();
        var result = await loadAsync();
        var used = Usage().Zip(before, (now, then) => now - then).Select(time => time.TotalMilliseconds / documents).ToArray();
        return new StackLoad(result, used[0], used[1], used[2], used[3], used[4] - used[..4].Sum());
    }

    private TimeSpan[] Usage() =>
    [
        Sum(gateway),
        Sum(workers),
        Sum([broker.ProcessId]),
        Sum(stubs.Select(stub => stub.ProcessId)),
        ProcessUsage.Machine(),
    ];
}

/// <summary>What a stack did with some requests, and what that cost. Costs are in milliseconds of processor time for each document.</summary>
/// <param name="Seen">What the apps saw.</param>
/// <param name="Gateway">The processes that take webhooks.</param>
/// <param name="Workers">The workers.</param>
/// <param name="Broker">RabbitMQ.</param>
/// <param name="Stubs">The emulated Sync Gateway and SWAPI.</param>
/// <param name="Rest">Everything else on the machine, the program that measures included.</param>
internal sealed record StackLoad(LoadResult Seen, double Gateway, double Workers, double Broker, double Stubs, double Rest)
{
    /// <summary>The stack's own processes.</summary>
    public double Own => Gateway + Workers;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Seen}{(OperatingSystem.IsLinux() ? $", CPU {Own:0.00} ms a request (gateway {Gateway:0.00}, workers {Workers:0.00})" : "")}");
}
