using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Presence;
using OfflineActions.Operator.Serve.Pages;
using OfflineActions.Operator.Serve.State;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>What the overview says about each action, from what workers say.</summary>
public sealed class ActionFiguresTests
{
    private static readonly Gen<double> Duration = Gen.Double[-9.0, 15.0].Select(power => Math.Pow(2, power));

    private readonly FakeTimeProvider clock = new();

    [Test]
    public void A_percentile_is_in_the_bucket_of_the_exact_one() => Duration.List[1, 200].List[1, 4].Sample(workers =>
    {
        var exact = workers.SelectMany(durations => durations).Order().ToArray();
        var results = ResultsOverview.Create([.. workers.Select(Say)])!;
        return results.InFiveMinutes == exact.Length
            && IsNear(results.Duration!.P50Seconds, 0.50)
            && IsNear(results.Duration.P95Seconds, 0.95)
            && IsNear(results.Duration.P99Seconds, 0.99);

        bool IsNear(double estimate, double part)
        {
            var bucket = DurationBuckets.Find(exact[(int)Math.Ceiling(part * exact.Length) - 1]);
            return estimate >= DurationBuckets.GetStart(bucket) && estimate <= DurationBuckets.GetStart(bucket + 1);
        }
    });

    [Test]
    public void No_message_that_anybody_may_publish_breaks_the_numbers() => Gen.Select(
        Gen.Long, Gen.Long, Gen.Int, Gen.OneOf(Gen.Long, Gen.Const(long.MaxValue), Gen.Const(long.MinValue)).List[0, 400]).List[1, 5].Sample(said =>
        {
            var results = ResultsOverview.Create(
                [.. said.Select(worker => new RecentResults(worker.Item1, worker.Item2, worker.Item3, worker.Item4))])!;
            var words = ActionFigures.DescribeDone(results) + ActionFigures.DescribeDuration(results);
            return results is { DoneInMinute: >= 0, FailedInMinute: >= 0, InFiveMinutes: >= 0 }
                && words.Contains("in the last 5 minutes", StringComparison.Ordinal)
                && results.Duration is null or { P50Seconds: >= 0, P99Seconds: <= 200_000 };
        });

    [TestCase("""{"action":"person","running":0,"limit":1,"oldest":[null],"pausedUntil":null,"lastResultAt":null,"lastTrouble":null}""")]
    [TestCase("""{"action":"person","running":0,"limit":1,"pausedUntil":null,"lastResultAt":null,"lastTrouble":null}""")]
    [TestCase("""{"action":null,"running":0,"limit":1,"oldest":[],"pausedUntil":null,"lastResultAt":null,"lastTrouble":null}""")]
    [TestCase("""{"action":"person","running":0,"limit":1,"oldest":[],"pausedUntil":null,"lastResultAt":null,"lastTrouble":null,"recent":{}}""")]
    [TestCase("""{"action":"person","running":0,"limit":1,"oldest":[],"pausedUntil":null,"lastResultAt":null,"lastTrouble":null,"recent":{"doneInMinute":1,"failedInMinute":0,"firstBucket":0,"durations":[1.5]}}""")]
    [TestCase("null")]
    public void A_message_with_holes_is_passed_over(string action) => Assert.That(
        PresenceJson.Read(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"service":"worker","id":"a","machine":"m","processId":1,"version":"1","startedAt":"2026-01-01T00:00:00Z","everySeconds":5,"actions":[{{action}}]}""")),
        Is.Null);

    [Test]
    public void The_workers_that_run_are_added_up()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        board.Hear(Presence("a", Say([0.1, 0.1]) with { FailedInMinute = 1 }));
        board.Hear(Presence("b", Say([0.1, 40])));
        board.Hear(Presence("of an older version", null));
        board.Hear(Presence("stopped", Say([5])) with { IsStopping = true });

        var action = Read(board);

        Assert.That(action.Results, Has.Property("DoneInMinute").EqualTo(4).And.Property("FailedInMinute").EqualTo(1).And.Property("InFiveMinutes").EqualTo(4));
        Assert.That(
            ActionFigures.DescribeDone(action.Results),
            Is.EqualTo("4 results and 1 failure for good in the last minute. 1 worker of an older version does not say it."));
        Assert.That(
            ActionFigures.DescribeDuration(action.Results),
            Is.EqualTo("p50 99 ms, p95 43 s, p99 44 s, of 4 answers in the last 5 minutes, failures for good among them."));
    }

    [Test]
    public void What_no_worker_says_is_unknown()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        Assert.That(ActionFigures.DescribeDuration(Read(board).Results), Is.EqualTo("Unknown: no worker says it."));
        board.Hear(Presence("of an older version", null));
        Assert.That(ActionFigures.DescribeDone(Read(board).Results), Is.EqualTo("Unknown: no worker says it."));
        board.Hear(Presence("a", Say([1])));
        board.ListeningSince = null;

        Assert.That(Read(board).Results, Is.Null, "Nobody is heard.");
        Assert.That(ActionFigures.DescribeBreakers(Read(board).Breakers), Is.EqualTo("Unknown: no worker says it."));
    }

    [Test]
    public void Without_an_answer_it_says_so() =>
        Assert.That(ActionFigures.DescribeDuration(ResultsOverview.Create([Say([])])), Is.EqualTo("No results in the last 5 minutes."));

    [TestCase(null, "Unknown: RabbitMQ's management API is not configured (Operator:Management), cannot be reached, or has seen no message yet.")]
    [TestCase(0.0, "0 messages a minute came in during the last minute: new ones, and those that are tried again.")]
    [TestCase(0.0167, "1 message a minute came in during the last minute: new ones, and those that are tried again.")]
    [TestCase(1.02, "1 message a second came in during the last minute: new ones, and those that are tried again.")]
    [TestCase(1_234.56, "1,234.6 messages a second came in during the last minute: new ones, and those that are tried again.")]
    public void How_much_came_in_is_said_with_its_time(double? perSecond, string words) =>
        Assert.That(ActionFigures.DescribeIn(perSecond), Is.EqualTo(words));

    [Test]
    public void Each_circuit_breaker_that_is_not_closed_is_named()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        board.Hear(Presence("a", null));
        board.Hear(Presence("b", null, pausedUntil: clock.GetUtcNow().AddMinutes(1)));
        board.Hear(Presence("c", null, halfOpenLimit: 2));
        board.Hear(Presence("d", null, pausedUntil: clock.GetUtcNow()));

        var breakers = Read(board).Breakers;

        Assert.That(
            breakers.Select(breaker => breaker.State),
            Is.EquivalentTo(new[] { BreakerState.Closed, BreakerState.Open, BreakerState.HalfOpen, BreakerState.HalfOpen }));
        Assert.That(
            ActionFigures.DescribeBreakers(breakers),
            Does.StartWith("Closed in 1 worker. Worker machine, process 1: ")
                .And.Contain("open until 2000-01-01 00:01:00 UTC, because nearly all attempts fail.")
                .And.Contain("half-open: after a pause, 2 at a time are tried.")
                .And.Contain("half-open: after a pause, 1 at a time are tried."));
    }

    [Test]
    public void Of_many_circuit_breakers_five_are_named() => Assert.That(
        ActionFigures.DescribeBreakers([.. Enumerable.Repeat(new BreakerOverview("w", BreakerState.HalfOpen, null, 1), 500)]),
        Does.EndWith("495 more are not closed."));

    [TestCase(null, null, "")]
    [TestCase(null, 10.0, "; all are due within 10 seconds")]
    [TestCase(7.5, 10.0, "; the next is due in about 7 seconds, the last within 10 seconds")]
    [TestCase(-1.0, 600.0, "; the next is due now, the last within 10 minutes")]
    public void When_delayed_messages_are_due_is_said(double? next, double? bound, string words)
    {
        var queue = new QueueOverview("delay", QueueKind.Delay, "wait", Exists: true, 3, null, 0)
        {
            NextDueAt = next is { } seconds ? clock.GetUtcNow().AddSeconds(seconds) : null,
            AllDueWithinSeconds = bound,
        };

        Assert.That(ActionFigures.DescribeDue(queue, clock.GetUtcNow()), Is.EqualTo(words));
    }

    [TestCase(0.0004, "0 ms")]
    [TestCase(0.0123, "12 ms")]
    [TestCase(0.123, "0.12 s")]
    [TestCase(9.94, "9.9 s")]
    [TestCase(59.6, "60 s")]
    [TestCase(7_300, "2 hours")]
    public void A_duration_has_two_digits(double seconds, string words) => Assert.That(Words.Seconds(seconds), Is.EqualTo(words));

    [TestCase("1.0.0+4ad6092c0ffee4ad6092c0ffee4ad6092c0ffee", "1.0.0+4ad6092")]
    [TestCase("1.0.0+4ad6092", "1.0.0+4ad6092")]
    [TestCase("1.0.0+nightly-build", "1.0.0+nightly-build")]
    [TestCase("1.0.0", "1.0.0")]
    [TestCase("+", "+")]
    [TestCase("", "")]
    public void A_version_has_the_first_digits_of_its_commit(string version, string words) => Assert.That(Words.Version(version), Is.EqualTo(words));

    private ActionOverview Read(PresenceBoard board) =>
        new WorkerReading(board, clock).AddTo([new ActionOverview("person", [], null, null, null)]).Single();

    private static RecentResults Say(IEnumerable<double> durations)
    {
        var window = new ResultWindow(TimeProvider.System);
        foreach (var duration in durations)
        {
            window.Record(duration, isFailure: false);
        }

        return window.Describe();
    }

    private ServicePresence Presence(string id, RecentResults? recent, DateTimeOffset? pausedUntil = null, int? halfOpenLimit = null) => new()
    {
        Service = "worker",
        Id = id,
        Machine = "machine",
        ProcessId = 1,
        Version = "1.0.0",
        StartedAt = clock.GetUtcNow(),
        EverySeconds = 5,
        Actions = [new("person", 0, 256, [], pausedUntil, null, null) { Recent = recent, HalfOpenLimit = halfOpenLimit }, new("other", 0, 1, [], null, null, null)],
    };
}
