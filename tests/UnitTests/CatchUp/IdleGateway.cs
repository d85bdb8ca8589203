using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;
using OfflineActions.ServiceDefaults;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker;
using Refit;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A gateway and a worker in one process, at an emulated Sync Gateway and on a clock that a test moves.</summary>
internal sealed class IdleGateway : IAsyncDisposable
{
    /// <summary>The loops that sleep while nothing happens: the one that publishes and the one that stores.</summary>
    private const int Loops = 2;

    /// <summary>How long reading rests after a page. Otherwise it waits for Sync Gateway, which is no sleep.</summary>
    private static readonly TimeSpan AfterPage = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a test may wait for all its conditions together, on the real clock.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly System.Diagnostics.Stopwatch waited = System.Diagnostics.Stopwatch.StartNew();
    private readonly WebApplication app;
    private readonly HttpClient http;
    private readonly CheckCounter counter;

    private IdleGateway(WebApplication app, Emulated outside, SleepClock clock, CheckCounter counter)
    {
        (this.app, Outside, Clock, this.counter) = (app, outside, clock, counter);
        http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
    }

    public SleepClock Clock { get; }

    public Emulated Outside { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>How often Sync Gateway was asked for its process.</summary>
    public int Checks => counter.Count;

    /// <summary>Starts it.</summary>
    /// <param name="isAnswered">Whether the worker performs the actions of the repository. If not, it performs the echo action alone.</param>
    /// <param name="isBrokerChecked">Whether the broker counts as checked. If not, a test says what a check finds, with the marker.</param>
    public static async Task<IdleGateway> StartAsync(bool isAnswered = false, bool isBrokerChecked = true)
    {
        var outside = await Emulated.StartAsync();
        var clock = new SleepClock();
        var counter = new CheckCounter();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = "a password for tests",
            ["SyncGateway:Url"] = outside.Gateway.PublicUrl.ToString(),
        });
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.AddServiceDefaults(0).AddGateway().AddWorker();
        if (isAnswered)
        {
            builder.AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
        }
        else
        {
            builder.AddMessaging(EchoCatalog.All, messaging => messaging.PublishAll().AddAction<EchoRequested, EchoHandler>());
        }

        builder.Services.AddSingleton(_ => RestService.ForGenerated<ISyncGatewayApi>(
            new HttpClient(counter) { BaseAddress = outside.Gateway.PublicUrl, Timeout = Timeout.InfiniteTimeSpan }));
        if (!isBrokerChecked)
        {
            builder.Services.AddSingleton(new BrokerIncarnation(Options.Create(new BusOptions())));
        }

        var app = builder.Build();
        app.MapServiceDefaults();
        await app.StartAsync();
        var gateway = new IdleGateway(app, outside, clock, counter);
        Assert.That(await gateway.IsSoonAsync(() => clock.Sleeps.Count(time => time != AfterPage) == Loops), Is.True, "catch-up begins");
        return gateway;
    }

    /// <summary>The marker of the checkpoint.</summary>
    public WatchedMarker Marker => Services.GetRequiredService<BrokerIncarnation>().Watched.Single();

    public async Task<bool> IsFollowedAsync() =>
        (await http.GetStringAsync("/health/ready")).Contains("Every keyspace is followed", StringComparison.Ordinal);

    /// <summary>When a request was published, on the gateway's clock; null when it was not.</summary>
    public TimeSpan? PublishedAt(string id, string revision) =>
        Services.GetRequiredService<PublishedByKeyspace>().For("db").PublishedAt(id, revision);

    /// <summary>Waits for something that happens while the clock stands still.</summary>
    public Task<bool> IsSoonAsync(Func<bool> condition) => Eventually.IsAsync(condition, Patience - waited.Elapsed);

    /// <summary>Waits for something that happens while the clock stands still.</summary>
    public Task<bool> IsSoonAsync(Func<Task<bool>> condition) => Eventually.IsAsync(condition, Patience - waited.Elapsed);

    /// <summary>Moves the clock in steps, and waits after each step until all loops sleep again.</summary>
    public async Task AdvanceAsync(TimeSpan time)
    {
        var step = TimeSpan.FromMilliseconds(100);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Clock.Advance(step);
            Assert.That(
                await IsSoonAsync(() => Clock.Sleeps.Count(time => time != AfterPage) == Loops),
                Is.True,
                $"after {passed + step}, {Loops} loops should sleep and no other: {string.Join(", ", Clock.Sleeps)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await Outside.DisposeAsync();
    }

    private sealed class CheckCounter() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri?.AbsolutePath == "/db/")
            {
                Interlocked.Increment(ref count);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
