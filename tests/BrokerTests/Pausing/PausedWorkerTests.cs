using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Queues;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;

namespace OfflineActions.Tests.Pausing;

/// <summary>A worker in this process, whose stall detector has a clock of the test, while its action is paused.</summary>
[Category("Broker")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PausedWorkerTests : IAsyncDisposable
{
    private static readonly ActionQueues Queues = EchoCatalog.Echo.Queues;
    private static readonly ActionPause Pause = new("anna", DateTimeOffset.UnixEpoch, "a test");

    private readonly FakeTimeProvider clock = new();
    private readonly HoldingProcessor processor = new();
    private readonly StallDetector stalls;
    private VirtualHost host = null!;
    private WebApplication app = null!;
    private BrokerConnection broker = null!;

    public PausedWorkerTests() => stalls = new StallDetector(clock);

    [SetUp]
    public async Task Start()
    {
        host = await Broker.VirtualHostAsync();
        broker = await BrokerConnection.OpenAsync(host.Url, "test", CancellationToken.None);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Url"] = host.Url.AbsoluteUri,
            ["Logging:LogLevel:Default"] = "Warning",
        });
        builder.AddServiceDefaults(port: 0).AddMessaging(EchoCatalog.All, messaging => messaging
            .Consume<EchoRequested>(_ => processor, _ => processor, _ => processor, (_, _) => 1));
        builder.Services.AddSingleton(stalls);
        app = builder.Build();
        await app.StartAsync();
        Assert.That(await Eventually.IsAsync(async () => await StatusAsync("ready") is HealthStatus.Healthy), Is.True);
    }

    public async ValueTask DisposeAsync()
    {
        processor.Release();
        await app.StopAsync();
        await app.DisposeAsync();
        await broker.DisposeAsync();
        await host.DisposeAsync();
    }

    [Test]
    public async Task Over_minutes_of_a_pause_and_right_after_it_readiness_and_liveness_stay_good()
    {
        await PublishAsync(3);
        Assert.That(await Eventually.IsAsync(() => processor.Held == 1), Is.True);
        await StayHealthyAsync(ready: 2, "The worker is full, and the detector sees what it holds.");
        await PauseAsync();
        processor.Release();
        Assert.That(await Eventually.IsAsync(() => processor.Done == 1), Is.True, "What was held is finished.");

        await StayHealthyAsync(ready: 2, "It is paused.");
        Assert.That((processor.Done, processor.Held), Is.EqualTo((1, 0)));
        await PauseSwitch.ResumeAsync(broker, Queues, CancellationToken.None);
        Assert.That(await Eventually.IsAsync(() => processor.Done == 3), Is.True);

        Assert.That(await StatusAsync("live"), Is.EqualTo(HealthStatus.Healthy));
        Assert.That(await StatusAsync("ready"), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_restart_of_the_bus_does_not_end_the_pause_and_restarts_what_is_not_paused()
    {
        var recovery = app.Services.GetRequiredService<BusRecovery>();
        await PauseAsync();
        await PublishAsync(3);

        await recovery.RestartAsync(CancellationToken.None);
        await recovery.RestartAsync(CancellationToken.None);

        Assert.That(await Eventually.IsAsync(async () => await StatusAsync("ready") is HealthStatus.Healthy), Is.True);
        Assert.That(await Eventually.IsAsync(async () => await ConsumersAsync() > 0, TimeSpan.FromSeconds(5)), Is.False);
        Assert.That(processor.Held + processor.Done, Is.Zero);

        processor.Release();
        await PauseSwitch.ResumeAsync(broker, Queues, CancellationToken.None);
        Assert.That(await Eventually.IsAsync(() => processor.Done == 3), Is.True);
        await recovery.RestartAsync(CancellationToken.None);
        await PublishAsync(2);
        Assert.That(await Eventually.IsAsync(() => processor.Done == 5), Is.True, "Its consumer is part of the bus again.");
        await PauseAsync();
        Assert.That(await Eventually.IsAsync(async () => await ConsumersAsync() == 0), Is.True, "And can be paused again.");
    }

    [Test]
    public async Task The_health_of_the_consumers_says_who_paused_the_action_and_why()
    {
        await PauseAsync();

        var report = await ReportAsync("ready");

        Assert.That(report.Entries["consumers"].Description, Is.EqualTo("echo is paused since 1970-01-01 00:00:00 UTC by anna: a test"));
        Assert.That(report.Status, Is.EqualTo(HealthStatus.Healthy));
        Assert.That(app.Services.GetRequiredService<ActionPauses>().Find(EchoCatalog.Echo), Is.EqualTo(Pause));
    }

    [Test]
    public async Task A_hundred_pauses_leave_one_consumer()
    {
        var state = app.Services.GetRequiredService<ActionPauses>()[EchoCatalog.Echo];
        for (var round = 0; round < 100; round++)
        {
            // Faster than the broker is asked, which then says what is true.
            state.Set(Pause);
            state.Set(null);
        }

        processor.Release();
        Assert.That(await Eventually.IsAsync(async () => await ConsumersAsync() == 1), Is.True);
        await PublishAsync(10);
        Assert.That(await Eventually.IsAsync(() => processor.Done == 10), Is.True);
        Assert.That(await ConsumersAsync(), Is.EqualTo(1));
    }

    private async Task PauseAsync()
    {
        await PauseSwitch.PauseAsync(broker, Queues, Pause, CancellationToken.None);
        var state = app.Services.GetRequiredService<ActionPauses>()[EchoCatalog.Echo];
        await state.UntilAsync(isPaused: true, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(3));
        Assert.That(
            await Eventually.IsAsync(async () => (await broker.FindQueueAsync(Queues.Quarantine, CancellationToken.None))!.Consumers == 0, TimeSpan.FromSeconds(3)),
            Is.True);
    }

    private async Task PublishAsync(int count)
    {
        await using var publisher = await broker.OpenPublisherAsync(CancellationToken.None);
        for (var number = 0; number < count; number++)
        {
            await publisher.PublishAsync(
                Queues.Work, QueueMessage.Create(EchoCatalog.Echo.CreateMessage("db", $"{number}", "1-a", DateTimeOffset.UnixEpoch)), CancellationToken.None);
        }
    }

    /// <summary>Lets three minutes pass on the detector's clock, in which the topology is checked every 10 s.</summary>
    private async Task StayHealthyAsync(uint ready, string why)
    {
        for (var check = 0; check < 18; check++)
        {
            stalls.RecordReady(Queues.Work, ready);
            clock.Advance(TimeSpan.FromSeconds(10));
            Assert.That(await StatusAsync("live"), Is.EqualTo(HealthStatus.Healthy), why);
            Assert.That(await StatusAsync("ready"), Is.EqualTo(HealthStatus.Healthy), why);
        }
    }

    private async Task<uint> ConsumersAsync() => (await broker.FindQueueAsync(Queues.Work, CancellationToken.None))!.Consumers;

    private async Task<HealthStatus> StatusAsync(string tag) => (await ReportAsync(tag)).Status;

    private Task<HealthReport> ReportAsync(string tag) =>
        app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(tag));

    /// <summary>Holds every message until it is released.</summary>
    private sealed class HoldingProcessor : IMessageProcessor
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int held;
        private int done;

        public int Held => Volatile.Read(ref held);

        public int Done => Volatile.Read(ref done);

        public void Release() => released.TrySetResult();

        public async Task ProcessAsync(Delivery delivery)
        {
            Interlocked.Increment(ref held);
            await released.Task;
            Interlocked.Decrement(ref held);
            Interlocked.Increment(ref done);
        }
    }
}
