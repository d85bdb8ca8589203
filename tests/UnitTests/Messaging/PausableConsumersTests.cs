using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;

namespace OfflineActions.Tests.Messaging;

/// <summary>What the health of the consumers says about consumers that do not start.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PausableConsumersTests : IAsyncDisposable
{
    private static readonly ActionPause Pause = new("anna", DateTimeOffset.UnixEpoch, "a test");

    private readonly FakeTimeProvider clock = new();
    private readonly ActionPauses pauses = new([EchoCatalog.Echo]);
    private readonly BusTurn turn = new();
    private readonly ServiceProvider services;
    private readonly PausableConsumers consumers;
    private int attached;

    public PausableConsumersTests()
    {
        var messaging = new MessagingBuilder(new ServiceCollection(), EchoCatalog.All)
            .Consume<EchoRequested>(_ => null!, _ => null!, _ => null!, (_, _) => 1);
        services = new ServiceCollection().AddSingleton(new StallDetector(clock)).BuildServiceProvider();
        // Its endpoints never become ready.
        var bus = Fake.Create<IBusControl>((nameof(IReceiveConnector.ConnectReceiveEndpoint), _ => Attach()));
        consumers = new PausableConsumers(
            bus, turn, pauses, messaging, services, Options.Create(new BusOptions()), clock, NullLogger<PausableConsumers>.Instance);
    }

    private PauseState State => pauses[EchoCatalog.Echo];

    public async ValueTask DisposeAsync()
    {
        await consumers.StopAsync(CancellationToken.None);
        consumers.Dispose();
        turn.Dispose();
        await services.DisposeAsync();
    }

    [Test]
    public async Task Consumers_that_do_not_start_again_after_a_pause_are_a_trouble()
    {
        State.Set(Pause);
        await consumers.StartAsync(CancellationToken.None);
        Assert.That(await Eventually.IsAsync(async () => (await HealthAsync()).Status is HealthStatus.Healthy), Is.True);

        State.Set(null);
        Assert.That(await Eventually.IsAsync(() => attached == 3), Is.True);
        Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy), "They have a moment.");
        clock.Advance(TimeSpan.FromSeconds(10));

        var health = await HealthAsync();
        Assert.That((health.Status, health.Description), Is.EqualTo((HealthStatus.Unhealthy, "The consumers of echo have not started yet")));

        State.Set(Pause);
        Assert.That(await Eventually.IsAsync(async () => (await HealthAsync()).Status is HealthStatus.Healthy), Is.True);
    }

    [Test]
    public async Task Why_a_process_consumes_nothing_is_said_when_it_may_not_read_whether_the_action_is_paused()
    {
        State.SetTrouble("ACCESS_REFUSED");
        await consumers.StartAsync(CancellationToken.None);

        var health = await HealthAsync();
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(
            health.Description, Is.EqualTo("The consumers of echo have not started yet; whether echo is paused cannot be read: ACCESS_REFUSED"));

        State.Set(Pause);
        Assert.That(await Eventually.IsAsync(async () => (await HealthAsync()).Status is HealthStatus.Healthy), Is.True);
        State.SetTrouble("ACCESS_REFUSED");
        Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded), "What was known last holds.");
    }

    private HostReceiveEndpointHandle Attach()
    {
        attached++;
        return Fake.Create<HostReceiveEndpointHandle>();
    }

    private Task<HealthCheckResult> HealthAsync() => consumers.CheckHealthAsync(new HealthCheckContext());
}
