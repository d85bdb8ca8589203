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
        var guard = Guard();
        var counts = Counts(candidates, known);

        guard.Decide(counts, messages, TimeSpan.Zero);

        Assert.That(guard.Decide(counts, messages, TimeSpan.FromSeconds(2)).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void While_the_action_is_paused_nothing_that_may_be_in_its_queues_is_published_again()
    {
        var guard = Guard();
        var counts = Counts(100);

        for (var now = TimeSpan.Zero; now < TimeSpan.FromHours(12); now += TimeSpan.FromMinutes(1))
        {
            Assert.That(guard.Decide(counts, 100, now, arePaused: true), Is.EqualTo(BacklogDecision.Skip), $"{now}");
        }

        Assert.That(guard.Decide(counts, 100, TimeSpan.FromHours(12)), Is.EqualTo(BacklogDecision.Skip), "The time until a probe starts at the end of the pause.");
        Assert.That(guard.Decide(counts, 100, TimeSpan.FromHours(12) + TimeSpan.FromSeconds(30)), Is.EqualTo(BacklogDecision.Probe));
    }

    [Test]
    public void While_the_action_is_paused_what_is_in_no_queue_is_published()
    {
        var guard = Guard();
        var counts = Counts(5);
        guard.Decide(counts, 0, TimeSpan.Zero, arePaused: true);

        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(2), arePaused: true), Is.EqualTo(BacklogDecision.Publish));
    }

    [Test]
    public void While_the_broker_does_not_say_what_its_queues_hold_a_probe_goes_out_every_now_and_then()
    {
        var guard = Guard();
        var requests = Candidates(5);
        var counts = CountsOf(requests);
        guard.Decide(counts, 0, TimeSpan.Zero);

        List<double> probes = [];
        for (var now = TimeSpan.FromSeconds(1); now < TimeSpan.FromMinutes(4); now += TimeSpan.FromSeconds(1))
        {
            var decision = guard.Decide(counts, messages: null, now);
            if (decision is BacklogDecision.Probe)
            {
                probes.Add(now.TotalSeconds);
                guard.Probed(requests.TakeCandidates(counts, guard.ProbeSize));
            }
            else
            {
                Assert.That(decision, Is.EqualTo(BacklogDecision.Wait), "Nothing is skipped.");
            }
        }

        Assert.That(probes, Is.EqualTo(new[] { 31, 61, 121 }));
    }

    [Test]
    public void A_broker_that_now_and_then_does_not_say_what_its_queues_hold_causes_no_probe()
    {
        var guard = Guard();
        var counts = Counts(5) with { Oldest = TimeSpan.FromSeconds(1), LongestAnswer = TimeSpan.FromMinutes(3) };

        for (var second = 0; second < 180; second++)
        {
            int? messages = second % 10 < 8 ? 0 : null;
            Assert.That(guard.Decide(counts, messages, TimeSpan.FromSeconds(second)), Is.EqualTo(BacklogDecision.Wait), $"{second}");
        }
    }

    [Test]
    public void How_long_it_waits_for_answers_is_known()
    {
        var guard = Guard();
        var counts = Counts(5) with { Oldest = TimeSpan.FromSeconds(10), LongestAnswer = TimeSpan.FromSeconds(70) };
        guard.Decide(counts, 0, TimeSpan.FromSeconds(11));
        Assert.That(guard.WaitForAnswers, Is.EqualTo(TimeSpan.Zero), "It waits until the queues have settled.");

        guard.Decide(counts, 0, TimeSpan.FromSeconds(20));
        Assert.That(guard.WaitForAnswers, Is.EqualTo(TimeSpan.FromSeconds(62)));

        guard.Decide(counts, 0, TimeSpan.FromSeconds(82));
        Assert.That(guard.WaitForAnswers, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Queues_that_only_just_look_empty_decide_nothing()
    {
        var guard = Guard();
        var counts = Counts(10);

        Assert.That(guard.Decide(counts, 0, TimeSpan.Zero), Is.EqualTo(BacklogDecision.Wait));
        Assert.That(guard.Decide(counts, 5, TimeSpan.FromSeconds(1)), Is.EqualTo(BacklogDecision.Skip));
        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Wait), "they were not empty all the time");
    }

    [Test]
    public void While_workers_may_hold_messages_candidates_wait_for_as_long_as_the_slowest_answer_took()
    {
        var guard = Guard();
        var counts = Counts(5) with { Oldest = TimeSpan.FromSeconds(10), LongestAnswer = TimeSpan.FromSeconds(20) };
        guard.Decide(counts, 0, TimeSpan.FromSeconds(25));

        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(31)), Is.EqualTo(BacklogDecision.Wait));
        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(32)), Is.EqualTo(BacklogDecision.Publish));
        Assert.That(guard.NotAfter, Is.EqualTo(TimeSpan.FromSeconds(10)));
    }

    [Test]
    public void However_long_an_answer_took_no_candidate_waits_longer_than_a_worker_may_hold_its_message()
    {
        var guard = Guard();
        var counts = Counts(5) with { LongestAnswer = TimeSpan.FromHours(3) };
        guard.Decide(counts, 0, TimeSpan.FromSeconds(25));

        Assert.That(
            guard.Decide(counts, 0, BacklogGuard.LongestHeld + TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Publish));
    }

    [Test]
    public void Requests_beyond_the_limit_wait_for_no_answer_because_reading_waits_for_them()
    {
        var guard = Guard();
        var counts = Counts(5) with { HasBeyond = true };
        guard.Decide(counts, 0, TimeSpan.Zero);

        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Publish));
        Assert.That(guard.NotAfter, Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void The_slowest_answer_of_the_last_minutes_counts_and_not_those_of_requests_that_catch_up_published()
    {
        var published = new PublishedRequests(10);
        var requests = new OpenRequests("0", published, new CatchUpLimits(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), 10));
        requests.Add(
            [.. new[] { "caught up", "slow", "quick", "webhook", "edited", "open" }.Select(id => new RequestRow(id, "1-a", Action, null))],
            "1", TimeSpan.Zero, isBacklog: true);
        published.Add("webhook", "1-a", TimeSpan.FromSeconds(30), published.Epoch);

        requests.Add([RequestRow.WithoutRequest("quick")], "2", TimeSpan.FromSeconds(5), isBacklog: false);
        requests.Add([RequestRow.WithoutRequest("webhook")], "3", TimeSpan.FromSeconds(31), isBacklog: false);
        Assert.That(CountsOf(requests).LongestAnswer, Is.EqualTo(TimeSpan.FromSeconds(5)));

        requests.Add([RequestRow.WithoutRequest("slow")], "4", TimeSpan.FromSeconds(40), isBacklog: false);
        requests.Add([new("edited", "2-b", Action, null)], "5", TimeSpan.FromSeconds(50), isBacklog: false);
        foreach (var request in requests.TakeCandidates(CountsOf(requests), most: 1))
        {
            published.Add(request.DocumentId, request.Revision, TimeSpan.FromSeconds(51), published.Epoch);
            requests.Return(request);
            requests.Add([RequestRow.WithoutRequest(request.DocumentId)], "6", TimeSpan.FromSeconds(52), isBacklog: false);
        }

        Assert.That(CountsOf(requests).LongestAnswer, Is.EqualTo(TimeSpan.FromSeconds(40)));

        requests.Advance(TimeSpan.FromMinutes(3), DateTimeOffset.UnixEpoch);
        Assert.That(requests.CountCandidates().Select(counts => counts.LongestAnswer), Is.All.Null);
    }

    [TestCase(0, null)]
    [TestCase(15, 60.0)]
    public void Where_no_webhook_publishes_new_requests_wait_for_no_answers(int grace, double? expected)
    {
        var limits = new CatchUpLimits(TimeSpan.FromSeconds(grace), TimeSpan.FromHours(2), 10);
        var requests = new OpenRequests("0", new PublishedRequests(10), limits);
        requests.Add([new("b1", "1-a", Action, null), new("b2", "1-a", Action, null)], "1", TimeSpan.Zero, isBacklog: true);
        requests.Add([RequestRow.WithoutRequest("b1"), new("n1", "1-a", Action, null)], "2", TimeSpan.FromSeconds(60), isBacklog: false);
        requests.Advance(TimeSpan.FromSeconds(80), DateTimeOffset.UnixEpoch);

        Assert.That(
            requests.CountCandidates().Select(counts => (counts.IsBacklog, counts.LongestAnswer?.TotalSeconds)),
            Is.EqualTo(new[] { (true, (double?)60), (false, expected) }));
    }

    [Test]
    public void Queues_that_are_empty_for_a_moment_now_and_then_neither_stop_the_probes_nor_let_them_grow()
    {
        var probes = Probes(Guard(), TimeSpan.FromMinutes(5), answered: true, second => second % 10 == 9 ? 0 : 1_000);

        Assert.That(probes.Select(probe => probe.Size), Is.All.EqualTo(1));
        Assert.That(probes, Has.Count.InRange(8, 10));
    }

    [Test]
    public void After_the_queues_were_empty_for_a_moment_the_next_probe_comes_soon()
    {
        var probes = Probes(Guard(), TimeSpan.FromHours(3), answered: false, second => second == 9_000 ? 0 : 1_000);

        Assert.That(probes.First(probe => probe.At.TotalSeconds > 9_000).At.TotalSeconds, Is.LessThanOrEqualTo(9_030));
    }

    [Test]
    public void Probes_do_not_grow_without_end()
    {
        var probes = Probes(Guard(), TimeSpan.FromMinutes(20), answered: true);

        Assert.That(probes.Select(probe => probe.Size), Is.All.Positive);
        Assert.That(probes.Select(probe => probe.Size), Is.Ordered);
    }

    [Test]
    public void While_no_probe_is_answered_the_next_one_comes_later_each_time_up_to_the_limit()
    {
        var guard = Guard();

        var probes = Probes(guard, TimeSpan.FromHours(8), answered: false);

        Assert.That(
            probes.Select(probe => (probe.At.TotalSeconds, probe.Size)),
            Is.EqualTo(new[] { 30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_680, 14_880, 22_080 }.Select(second => ((double)second, 1))));
    }

    [Test]
    public void While_probes_are_answered_each_is_twice_as_large()
    {
        var guard = Guard();

        var probes = Probes(guard, TimeSpan.FromMinutes(2), answered: true);

        Assert.That(
            probes.Select(probe => (probe.At.TotalSeconds, probe.Size)), Is.EqualTo(new[] { (30.0, 1), (60.0, 2), (90.0, 4), (120.0, 8) }));
    }

    [Test]
    public void A_group_without_candidates_is_forgotten()
    {
        var guards = new BacklogGuards(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var group = Counts(1);
        guards.For(group).Decide(group, 0, TimeSpan.Zero);
        Assert.That(guards.For(group).Decide(group, 0, TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Publish));

        guards.Keep([]);

        Assert.That(guards.For(group).Decide(group, 0, TimeSpan.FromHours(1)), Is.EqualTo(BacklogDecision.Wait), "the queues must settle again");
    }

    private static BacklogGuard Guard() => new(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));

    private static CandidateCounts Counts(long candidates, long known = 0) =>
        new(Action, IsBacklog: true, candidates, known, Oldest: TimeSpan.Zero, LongestAnswer: null, HasBeyond: false);

    private static CandidateCounts CountsOf(OpenRequests requests) => requests.CountCandidates().Single();

    private static OpenRequests Candidates(int count)
    {
        var requests = new OpenRequests("0", new PublishedRequests(2_000), new CatchUpLimits(TimeSpan.Zero, TimeSpan.FromHours(2), 2_000));
        requests.Add(
            [.. Enumerable.Range(0, count).Select(number => new RequestRow($"d{number}", "1-a", Action, null))], "1", TimeSpan.Zero, isBacklog: true);
        return requests;
    }

    private static void Answer(OpenRequests requests, params IEnumerable<string> documents) =>
        requests.Add([.. documents.Select(document => RequestRow.WithoutRequest(document))], "2", TimeSpan.Zero, isBacklog: false);

    /// <summary>Asks once a second, while the queues hold as many messages as there are candidates, or what the test says.</summary>
    private static List<(TimeSpan At, int Size)> Probes(BacklogGuard guard, TimeSpan time, bool answered, Func<int, int>? messages = null)
    {
        var requests = Candidates(1_000);
        var counts = CountsOf(requests);
        var probes = new List<(TimeSpan, int)>();
        for (var now = TimeSpan.Zero; now <= time; now += TimeSpan.FromSeconds(1))
        {
            if (guard.Decide(counts, messages?.Invoke((int)now.TotalSeconds) ?? 1_000, now) is BacklogDecision.Probe)
            {
                probes.Add((now, guard.ProbeSize));
                var taken = requests.TakeCandidates(counts, guard.ProbeSize);
                guard.Probed(taken);
                if (answered)
                {
                    Answer(requests, taken.Select(request => request.DocumentId));
                    requests.Add([.. taken.Select(request => new RequestRow(request.DocumentId, "2-b", Action, null))], "3", now, isBacklog: true);
                }
            }
        }

        return probes;
    }
}
