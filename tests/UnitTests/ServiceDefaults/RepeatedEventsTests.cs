using Microsoft.Extensions.Time.Testing;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class RepeatedEventsTests
{
    [Test]
    public void An_event_that_repeats_is_logged_once_a_minute_with_the_number_of_those_in_between()
    {
        var clock = new FakeTimeProvider();
        var events = new RepeatedEvents(clock);

        Assert.That(Log("away"), Is.EqualTo((true, 0)));
        Assert.That(Log("away"), Is.EqualTo((false, 0)));
        Assert.That(Log("away"), Is.EqualTo((false, 0)));
        Assert.That(Log("another"), Is.EqualTo((true, 0)));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Log("away"), Is.EqualTo((true, 2)));

        (bool, int) Log(string kind) => (events.ShouldLog(kind, out var suppressed), suppressed);
    }

    [Test]
    public void Endlessly_many_kinds_share_one_limit()
    {
        var events = new RepeatedEvents(new FakeTimeProvider());

        var logged = Enumerable.Range(0, 5_000).Count(kind => events.ShouldLog($"{kind}", out _));

        Assert.That(logged, Is.LessThanOrEqualTo(1_001));
    }
}
