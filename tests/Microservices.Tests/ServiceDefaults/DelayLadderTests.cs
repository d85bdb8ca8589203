using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using ServiceDefaults.Bus;

namespace Microservices.Tests.ServiceDefaults;

public sealed class DelayLadderTests
{
    private readonly DelayLadder ladder = new(Options.Create(new BusOptions()), NullLogger<DelayLadder>.Instance);

    [TestCase(1, "00:00:10")]
    [TestCase(2, "00:01:00")]
    [TestCase(3, "00:10:00")]
    [TestCase(4, "01:00:00")]
    [TestCase(9, "01:00:00")]
    public void Each_failure_climbs_a_step(int failures, string expected) =>
        Assert.That(ladder.RungFor(new DeliveryHistory(failures, 0, TimeSpan.Zero)), Is.EqualTo(TimeSpan.Parse(expected)));

    [TestCase(0, 1, "00:00:10")]
    [TestCase(0, 2, "00:01:00")]
    [TestCase(3, 50, "00:01:00")]
    public void Waiting_for_somebody_elses_service_stays_low_so_that_its_return_is_noticed(int failures, int waits, string expected) =>
        Assert.That(ladder.RungFor(new DeliveryHistory(failures, waits, TimeSpan.Zero)), Is.EqualTo(TimeSpan.Parse(expected)));

    [TestCase(1, 5, "00:00:10")]
    [TestCase(1, 11, "00:01:00")]
    [TestCase(2, 11, "00:01:00")]
    [TestCase(1, 86_400, "01:00:00")]
    public void Retry_after_takes_the_smallest_step_that_is_long_enough(int failures, int seconds, string expected) =>
        Assert.That(
            ladder.RungFor(new DeliveryHistory(failures, 0, TimeSpan.FromSeconds(seconds))), Is.EqualTo(TimeSpan.Parse(expected)));
}
