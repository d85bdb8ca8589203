using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Tests.Messaging;

public sealed class StallDetectorTests
{
    private readonly FakeTimeProvider clock = new();

    [Test]
    public async Task Ready_messages_that_are_not_delivered_for_a_minute_are_a_stall()
    {
        var detector = CreateStarted();

        RecordReady(detector, ready: 5, checks: 5);
        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
        RecordReady(detector, ready: 5, checks: 1);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task An_empty_queue_is_no_stall()
    {
        var detector = CreateStarted();

        RecordReady(detector, ready: 0, checks: 20);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_consumer_without_capacity_is_no_stall()
    {
        var detector = CreateStarted();
        detector.RecordDelivery("work");
        detector.RecordDelivery("work");

        RecordReady(detector, ready: 5, checks: 20);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_delivery_every_50_seconds_is_no_stall()
    {
        var detector = CreateStarted();

        for (var round = 0; round < 5; round++)
        {
            RecordReady(detector, ready: 5, checks: 5);
            detector.RecordDelivery("work");
            detector.RecordEnd("work");
        }

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_disconnect_restarts_the_minute()
    {
        var detector = CreateStarted();

        RecordReady(detector, ready: 5, checks: 5);
        detector.Reset();
        RecordReady(detector, ready: 5, checks: 5);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_stopped_consumer_is_no_stall()
    {
        var detector = CreateStarted();
        detector.SetStarted("work", started: false);

        RecordReady(detector, ready: 5, checks: 20);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_consumer_that_is_stopped_by_a_pause_and_started_again_has_its_minute_from_then()
    {
        var detector = CreateStarted();
        RecordReady(detector, ready: 5, checks: 5);

        detector.SetStarted("work", started: false);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy), "It is paused.");
        RecordReady(detector, ready: 5, checks: 20);
        detector.SetStarted("work", started: true);
        RecordReady(detector, ready: 5, checks: 5);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy), "It was resumed less than a minute ago.");
        RecordReady(detector, ready: 5, checks: 1);
        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Unhealthy));
    }

    private StallDetector CreateStarted()
    {
        var detector = new StallDetector(clock);
        detector.Watch("work", limit: 2);
        detector.SetStarted("work", started: true);
        return detector;
    }

    private void RecordReady(StallDetector detector, uint ready, int checks)
    {
        for (var check = 0; check < checks; check++)
        {
            detector.RecordReady("work", ready);
            clock.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private static async Task<HealthStatus> StatusAsync(StallDetector detector) =>
        (await detector.CheckHealthAsync(new HealthCheckContext())).Status;
}
