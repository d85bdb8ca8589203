using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.CatchUp;

public sealed class BacklogGuardTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.Actions[0];

    [TestCase(100, 0, 100, nameof(BacklogDecision.Skip))]
    [TestCase(100, 0, 150, nameof(BacklogDecision.Skip))]
    [TestCase(100, 50, 150, nameof(BacklogDecision.Skip))]
    [TestCase(100, 0, 0, nameof(BacklogDecision.Publish))]
    [TestCase(100, 50, 50, nameof(BacklogDecision.Publish))]
    [TestCase(100, 50, 40, nameof(BacklogDecision.Publish))]
    [TestCase(100, 0, 60, nameof(BacklogDecision.Skip))]
    [TestCase(100, 0, null, nameof(BacklogDecision.Wait))]
    public void What_the_queues_hold_decides_after_they_have_settled(int candidates, int known, int? messages, string expected)
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var counts = new CandidateCounts(Action, IsBacklog: true, candidates, known, Answered: 0);

        guard.Decide(counts, messages, TimeSpan.Zero);

        Assert.That(guard.Decide(counts, messages, TimeSpan.FromSeconds(2)).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Queues_that_only_just_look_empty_decide_nothing()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var counts = new CandidateCounts(Action, IsBacklog: true, 10, 0, 0);

        Assert.That(guard.Decide(counts, 0, TimeSpan.Zero), Is.EqualTo(BacklogDecision.Wait));
        Assert.That(guard.Decide(counts, 5, TimeSpan.FromSeconds(1)), Is.EqualTo(BacklogDecision.Skip));
        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Wait), "they were not empty all the time");
    }

    [Test]
    public void While_candidates_are_answered_workers_may_hold_the_messages_of_others()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var group = new CandidateCounts(Action, IsBacklog: false, Candidates: 300, Known: 0, Answered: 5);
        var decisions = Enumerable.Range(0, 20)
            .Select(second => guard.Decide(group with { Answered = 5 + second }, messages: 0, TimeSpan.FromSeconds(second)))
            .ToList();

        Assert.That(decisions, Is.All.EqualTo(BacklogDecision.Wait).Or.EqualTo(BacklogDecision.Skip));

        var answered = group with { Answered = 5 + 19 };
        Assert.That(guard.Decide(answered, 0, TimeSpan.FromSeconds(20)), Is.EqualTo(BacklogDecision.Wait), "only just");
        Assert.That(guard.Decide(answered, 0, TimeSpan.FromSeconds(22)), Is.EqualTo(BacklogDecision.Publish));
    }

    [Test]
    public void Candidates_that_are_answered_without_end_do_not_hide_a_lost_request_for_ever()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var group = new CandidateCounts(Action, IsBacklog: false, Candidates: 300, Known: 0, Answered: 0);

        // An answer every other second: the queues never look settled.
        var decisions = Enumerable.Range(0, 40)
            .Select(second => guard.Decide(group with { Answered = second / 2 }, messages: 0, TimeSpan.FromSeconds(second)))
            .ToList();

        Assert.That(decisions, Does.Contain(BacklogDecision.Probe));
        Assert.That(decisions, Does.Not.Contain(BacklogDecision.Publish));
    }

    [Test]
    public void Only_candidates_that_this_process_has_not_published_count_as_answered()
    {
        var published = new PublishedRequests(10);
        var requests = new OpenRequests("0", published, new CatchUpLimits(TimeSpan.Zero, TimeSpan.FromHours(2), 10));
        requests.Add([.. Enumerable.Range(0, 4).Select(number => new RequestRow($"d{number}", "1-a", Action, null))], "1", TimeSpan.Zero, isBacklog: false);
        published.Add("d1", "1-a", TimeSpan.Zero, published.Epoch);

        requests.Add([new("d0", "2-b", null, null), new("d1", "2-b", null, null)], "2", TimeSpan.Zero, isBacklog: false);

        Assert.That(
            requests.CountCandidates().Single(),
            Is.EqualTo(new CandidateCounts(Action, IsBacklog: false, Candidates: 2, Known: 0, Answered: 1)));
    }

    [Test]
    public void While_no_probe_is_answered_the_next_one_comes_later_each_time_up_to_the_limit()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));

        var probes = Probes(guard, TimeSpan.FromHours(8), answered: false);

        Assert.That(
            probes.Select(probe => (probe.At.TotalSeconds, probe.Size)),
            Is.EqualTo(new[] { 30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 14_880, 22_080 }.Select(second => ((double)second, 1))));
    }

    [Test]
    public void While_probes_are_answered_each_is_twice_as_large()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));

        var probes = Probes(guard, TimeSpan.FromMinutes(2), answered: true);

        Assert.That(
            probes.Select(probe => (probe.At.TotalSeconds, probe.Size)), Is.EqualTo(new[] { (30.0, 1), (60.0, 2), (90.0, 4), (120.0, 8) }));
    }

    [Test]
    public void A_group_without_candidates_is_forgotten()
    {
        var guards = new BacklogGuards(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var group = new CandidateCounts(Action, IsBacklog: false, 1, 0, 0);
        guards.For(group).Decide(group, 0, TimeSpan.Zero);
        Assert.That(guards.For(group).Decide(group, 0, TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Publish));

        guards.Keep([]);

        Assert.That(guards.For(group).Decide(group, 0, TimeSpan.FromHours(1)), Is.EqualTo(BacklogDecision.Wait), "the queues must settle again");
    }

    /// <summary>Asks once a second while the queues hold as many messages as there are candidates.</summary>
    private static List<(TimeSpan At, int Size)> Probes(BacklogGuard guard, TimeSpan time, bool answered)
    {
        var counts = new CandidateCounts(Action, IsBacklog: true, 1_000, 0, 0);
        var requests = new OpenRequests("0", new PublishedRequests(1_000), new CatchUpLimits(TimeSpan.Zero, TimeSpan.FromHours(2), 1_000));
        requests.Add([.. Enumerable.Range(0, 1_000).Select(number => new RequestRow($"d{number}", "1-a", Action, null))], "1", TimeSpan.Zero, isBacklog: true);
        var probes = new List<(TimeSpan, int)>();
        for (var now = TimeSpan.Zero; now <= time; now += TimeSpan.FromSeconds(1))
        {
            if (guard.Decide(counts, messages: 1_000, now) is BacklogDecision.Probe)
            {
                probes.Add((now, guard.ProbeSize));
                var taken = requests.TakeCandidates(counts, guard.ProbeSize);
                guard.Probed(taken);
                if (answered)
                {
                    requests.Add([.. taken.Select(request => new RequestRow(request.DocumentId, "", null, null))], "2", now, isBacklog: false);
                }
            }
        }

        return probes;
    }
}
