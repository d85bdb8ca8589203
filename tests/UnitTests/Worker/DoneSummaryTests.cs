using System.Diagnostics;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Worker;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DoneSummaryTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly FakeLogger<DoneSummary> log = new();

    private IEnumerable<string> Lines => log.Collector.GetSnapshot().Select(line => line.Message);

    [Test]
    public void Many_requests_are_one_line_for_each_kind_of_request()
    {
        using var summary = new DoneSummary(clock, log);
        for (var number = 0; number < 1_000; number++)
        {
            summary.Add("person_request");
        }

        summary.Add("echo_request");
        Assert.That(Lines, Is.Empty);
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(Lines, Is.EquivalentTo(new[] { "Done: 1000 of person_request", "Done: 1 of echo_request" }));
    }

    [Test]
    public void While_nothing_is_done_nothing_is_logged_and_later_counts_begin_again()
    {
        using var summary = new DoneSummary(clock, log);
        summary.Add("person_request");
        clock.Advance(TimeSpan.FromMinutes(10));
        summary.Add("person_request");
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That(Lines, Is.EqualTo(new[] { "Done: 1 of person_request", "Done: 1 of person_request" }));
    }

    [Test]
    public void The_line_is_not_part_of_the_trace_of_the_first_request()
    {
        var timers = new ObservedTimers();
        using var request = new Activity("request").Start();
        using var summary = new DoneSummary(timers, log);

        Assert.That(timers.FlowWasSuppressed, Is.True);
    }

    [Test]
    public void A_worker_that_stops_logs_the_rest()
    {
        using (var summary = new DoneSummary(clock, log))
        {
            summary.Add("person_request");
        }

        Assert.That(Lines, Is.EqualTo(new[] { "Done: 1 of person_request" }));
    }

    private sealed class ObservedTimers : FakeTimeProvider
    {
        public bool FlowWasSuppressed { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            FlowWasSuppressed = ExecutionContext.IsFlowSuppressed();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
