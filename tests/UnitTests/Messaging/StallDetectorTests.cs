using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Tests.Messaging;

public sealed class StallDetectorTests
{
    private readonly FakeTimeProvider clock = new();

    [Test]
    public async Task Messages_that_wait_for_a_minute_before_free_hands_are_a_stall()
    {
        var detector = Started();

        Check(detector, waiting: 5, times: 5);
        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
        Check(detector, waiting: 5, times: 1);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task An_empty_queue_is_none()
    {
        var detector = Started();

        Check(detector, waiting: 0, times: 20);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task Full_hands_are_none()
    {
        var detector = Started();
        detector.Begin("work");
        detector.Begin("work");

        Check(detector, waiting: 5, times: 20);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_delivery_now_and_then_is_none()
    {
        var detector = Started();

        for (var round = 0; round < 5; round++)
        {
            Check(detector, waiting: 5, times: 5);
            detector.Begin("work");
            detector.End("work");
        }

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task A_broker_that_went_away_in_between_is_none()
    {
        var detector = Started();

        Check(detector, waiting: 5, times: 5);
        detector.Unknown();
        Check(detector, waiting: 5, times: 5);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task An_endpoint_that_does_not_run_is_none()
    {
        var detector = Started();
        detector.Runs("work", started: false);

        Check(detector, waiting: 5, times: 20);

        Assert.That(await StatusAsync(detector), Is.EqualTo(HealthStatus.Healthy));
    }

    private StallDetector Started()
    {
        var detector = new StallDetector(clock);
        detector.Watch("work", limit: 2);
        detector.Runs("work", started: true);
        return detector;
    }

    private void Check(StallDetector detector, uint waiting, int times)
    {
        for (var check = 0; check < times; check++)
        {
            detector.Waiting("work", waiting);
            clock.Advance(TimeSpan.FromSeconds(10));
        }
    }

    private static async Task<HealthStatus> StatusAsync(StallDetector detector) =>
        (await detector.CheckHealthAsync(new HealthCheckContext())).Status;
}
