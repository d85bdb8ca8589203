using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.SyncGateway;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ActionProcessorTests : IDisposable
{
    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider clock = new();

    /// <summary>Accepts connections and never answers.</summary>
    private readonly TcpListener silent = new(IPAddress.Loopback, 0);

    private readonly IHost host;
    private readonly CircuitBreaker breaker;

    public ActionProcessorTests()
    {
        silent.Start();
        var syncGateway = new Uri($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        host = WorkerHost.Create(syncGateway, services =>
        {
            // A read that ended by itself would give its place to another request.
            services.AddSingleton(Options.Create(new SyncGatewayOptions { Url = syncGateway, Timeout = 2 * Patience }));
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton(Options.Create(new BusOptions()));
            services.AddSingleton(Options.Create(
                new WorkerOptions { SyncGatewayConcurrency = 1, CircuitBreakerAttempts = 1, CircuitBreakerPause = TimeSpan.FromMinutes(10) }));
            services.AddSingleton<DelayedRedelivery>().AddSingleton<RepeatedEvents>();
        });
        breaker = ActivatorUtilities.CreateInstance<CircuitBreaker>(host.Services);
    }

    public void Dispose()
    {
        host.Dispose();
        silent.Dispose();
    }

    [Test]
    public async Task While_the_circuit_breaker_is_open_no_message_is_kept_for_long()
    {
        breaker.Record(entered: 0, isSuccess: false);
        var processor = Create(isQuarantine: false);
        var deliveries = Enumerable.Range(0, 256).Select(_ => new FakeDelivery()).ToArray();
        var processing = deliveries.Select(processor.ProcessAsync).ToArray();
        clock.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.That(deliveries.Sum(delivery => delivery.Sends), Is.Zero);

        clock.Advance(TimeSpan.FromSeconds(1));

        await Task.WhenAll(processing).WaitAsync(Deadline);
        Assert.That(deliveries.Select(delivery => delivery.Sends), Has.All.EqualTo(1));
        Assert.That(deliveries.Select(delivery => delivery.Headers!["offline-actions-failures"]), Has.All.EqualTo(0L));
    }

    [Test]
    public async Task A_message_that_waits_for_Sync_Gateway_for_long_is_deferred()
    {
        var processor = Create(isQuarantine: false);
        _ = processor.ProcessAsync(new FakeDelivery());
        var others = Enumerable.Range(0, 20).Select(_ => new FakeDelivery()).ToArray();
        var waiting = others.Select(processor.ProcessAsync).ToArray();

        clock.Advance(Patience);

        // The time limit of the first read passes, too, so that another one may have begun.
        await Task.WhenAny(waiting[10..]).WaitAsync(Deadline);
        Assert.That(others.Count(delivery => delivery.Sends == 1), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_worker_that_stops_begins_no_request_that_waits()
    {
        var processor = Create(isQuarantine: false);
        _ = processor.ProcessAsync(new FakeDelivery());
        var second = new FakeDelivery();
        var waiting = processor.ProcessAsync(second);
        Assert.That(waiting.IsCompleted, Is.False);

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await waiting.WaitAsync(Deadline);
        Assert.That(second.Sends, Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_in_quarantine_does_not_wait_for_the_pause_to_end()
    {
        breaker.Record(entered: 0, isSuccess: false);
        _ = Create(isQuarantine: true).ProcessAsync(new FakeDelivery());

        // It is attempted: its document is asked for.
        using var request = await silent.AcceptTcpClientAsync().WaitAsync(Deadline);
        Assert.That(breaker.IsOpen, Is.True);
    }

    [Test]
    public async Task A_message_that_waits_for_a_place_for_long_is_deferred_and_the_other_lane_is_not_held_up()
    {
        var processor = Create(isQuarantine: false, concurrency: 2);
        var bulk = Enumerable.Range(0, 3).Select(_ => new FakeDelivery(lane: Lane.Bulk)).ToArray();
        var waiting = bulk.Select(processor.ProcessAsync).ToArray();
        using var first = await silent.AcceptTcpClientAsync().WaitAsync(Deadline);
        clock.Advance(Patience - TimeSpan.FromSeconds(1));
        Assert.That(bulk.Sum(delivery => delivery.Sends), Is.Zero, "One is in progress, and two wait for its place.");

        _ = processor.ProcessAsync(new FakeDelivery());
        using var interactive = await silent.AcceptTcpClientAsync().WaitAsync(Deadline);
        clock.Advance(TimeSpan.FromSeconds(1));

        // The time limit of the first read passes, too, so that another one may have begun.
        await Task.WhenAny(waiting[1..]).WaitAsync(Deadline);
        Assert.That(
            bulk[1..].Where(delivery => delivery.Sends > 0).Select(delivery => delivery.Headers!["offline-actions-failures"]), Has.All.EqualTo(0L));
    }

    private ActionProcessor Create(bool isQuarantine, int concurrency = 512) => ActivatorUtilities.CreateInstance<ActionProcessor>(
        host.Services,
        Contract,
        new FunctionHandler(_ => Task.FromResult<ActionResult>(new ActionResult.Succeeded([])), TimeSpan.FromSeconds(30)),
        breaker,
        new HeldRequests(clock),
        concurrency,
        isQuarantine);
}
