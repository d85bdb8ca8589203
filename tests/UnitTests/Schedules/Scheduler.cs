using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Gateway.Schedules;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.CatchUp;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.Schedules;

/// <summary>One schedule, in as many gateways as a test starts, over an emulated Sync Gateway and a clock that the test moves.</summary>
internal sealed class Scheduler : IAsyncDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<Running> gateways = [];
    private readonly SemaphoreSlim turns = new(16);
    private readonly TestClient client;

    private Scheduler(Emulated outside, string start)
    {
        Outside = outside;
        Clock.AdjustTime(Time(start));
        client = new TestClient(outside.Gateway.PublicUrl);
        Telemetry = new ScheduleTelemetry(Meters, Options.Create(Sections([])));
        Documents = new MetricCollector<long>(Meters, "OfflineActions.Gateway", "offline_actions.schedules.documents");
        Delays = new MetricCollector<double>(Meters, "OfflineActions.Gateway", "offline_actions.schedules.delay");
    }

    public Emulated Outside { get; }

    public SleepClock Clock { get; } = new();

    public FakeLogger Log { get; } = new();

    public IMeterFactory Meters => services.GetRequiredService<IMeterFactory>();

    public ScheduleTelemetry Telemetry { get; }

    public MetricCollector<long> Documents { get; }

    public MetricCollector<double> Delays { get; }

    public static async Task<Scheduler> StartAsync(string start, bool allowConflicts = false, string? sync = null) =>
        new(await Emulated.StartAsync(allowConflicts: allowConflicts, sync: sync), start);

    /// <summary>The schedule <c>test</c>, as the configuration describes it.</summary>
    public static Schedule Read(params (string Key, string Value)[] settings)
    {
        (string, string)[] defaults = [("Cron", "0 * * * *"), ("Document", """{"action":"person_request","personId":4}""")];
        return CreateReader().Read(Sections([.. defaults.Concat(settings).Select(setting => ("test:" + setting.Item1, setting.Item2))])).Single();
    }

    public static ScheduleReader CreateReader(params string[] keyspaces) =>
        new(Options.Create(new GatewayOptions { Keyspaces = keyspaces }), ActionCatalog.Default, TimeProvider.System);

    public static NamedSections<ScheduleOptions> Sections(params (string Key, string Value)[] settings)
    {
        var sections = new NamedSections<ScheduleOptions>();
        sections.Bind(Configuration(settings).GetSection("Schedules"));
        return sections;
    }

    public static IConfiguration Configuration(params (string Key, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in settings)
        {
            values["Schedules:" + key] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Starts a gateway with this schedule.</summary>
    public ScheduleRunner StartGateway(Schedule schedule)
    {
        var marker = new ScheduleMarker(client.Client, schedule, new LocalDocumentSigner("secret", "schedule"));
        var runner = new ScheduleRunner(schedule, client.Client, marker, Telemetry, turns, Clock, Log);
        var stop = new CancellationTokenSource();
        gateways.Add(new Running(runner, runner.RunAsync(stop.Token), stop));
        return runner;
    }

    /// <summary>All gateways are down.</summary>
    public async Task StopGatewaysAsync()
    {
        foreach (var gateway in gateways)
        {
            await gateway.Stop.CancelAsync();
            await gateway.Task;
            gateway.Stop.Dispose();
        }

        gateways.Clear();
    }

    /// <summary>Waits until every gateway has settled what is due.</summary>
    public Task UntilSettledAsync() => UntilAsync(() =>
        Clock.Sleeps.Count == gateways.Count && gateways.TrueForAll(gateway => gateway.Runner.Overdue == TimeSpan.Zero));

    /// <summary>Lets the time pass in steps, and waits after each until every gateway has settled what is due.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan step)
    {
        await UntilSettledAsync();
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Clock.Advance(step);
            await UntilSettledAsync();
        }
    }

    public async Task UntilAsync(Func<bool> condition) =>
        Assert.That(await Eventually.IsAsync(condition), Is.True, string.Join('\n', Log.Collector.GetSnapshot().Select(line => line.Message)));

    /// <summary>The due times that have a document that is not deleted.</summary>
    public async Task<IReadOnlyList<string>> ListAsync() =>
    [
        .. (await Outside.Admin.GetAnswerAsync("/db/_all_docs?startkey=\"schedule:\"&endkey=\"schedule:~\"")).Json["rows"]!.AsArray()
            .Select(row => ((string)row!["id"]!)["schedule:test:".Length..]),
    ];

    public async Task<JsonNode> GetAsync(string due) => (await Outside.Public.GetAnswerAsync($"/db/schedule:test:{due}")).Json;

    /// <summary>How many due times were settled in this way, by all gateways together.</summary>
    public long Count(string outcome) => Documents.GetMeasurementSnapshot().Where(one => (string?)one.Tags["outcome"] == outcome).Sum(one => one.Value);

    public IEnumerable<string> Logged(int id) =>
        Log.Collector.GetSnapshot().Where(line => line.Id.Id == id).Select(line => line.Message);

    public async ValueTask DisposeAsync()
    {
        await StopGatewaysAsync();
        Documents.Dispose();
        Delays.Dispose();
        client.Dispose();
        turns.Dispose();
        await services.DisposeAsync();
        await Outside.DisposeAsync();
    }

    private sealed record Running(ScheduleRunner Runner, Task Task, CancellationTokenSource Stop);
}
