using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A request whose message was lost while the messages of others are in the same queues, and the reverse.</summary>
public sealed class HiddenRequestTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly DateTimeOffset Today = DateTimeOffset.Parse("2026-01-02T03:04:05Z");
    private static readonly CatchUpLimits Limits = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 100_000);

    [Test]
    public void A_lost_request_is_published_although_the_queue_never_runs_empty()
    {
        // One request a second, each with its webhook and each answered after 5 s: five messages are always in the queue.
        var published = new PublishedRequests(100_000);
        var open = new OpenRequests("0", published, Limits);
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        open.Add([], "1", TimeSpan.Zero, isBacklog: true);
        open.Add([Asks("lost")], "2", TimeSpan.FromSeconds(1), isBacklog: false);
        var decision = BacklogDecision.Wait;
        var second = 2;
        for (; second < 300 && decision is not BacklogDecision.Publish; second++)
        {
            var now = TimeSpan.FromSeconds(second);
            open.Add([Asks($"d{second}"), RequestRow.WithoutRequest($"d{second - 5}")], $"{second + 1}", now, isBacklog: false);
            // The broker's confirm comes a little later than the row of the feed.
            published.Add($"d{second}", "1-a", now, published.Epoch);
            open.Advance(now, Today + now);
            decision = open.CountCandidates().Select(counts => guard.Decide(counts, messages: 5, now)).SingleOrDefault(BacklogDecision.Wait);
        }

        Assert.That(second, Is.LessThan(25), "grace and settling are over after 18 s");
    }

    [Test]
    public void Requests_that_wait_for_their_time_and_may_have_no_message_explain_no_message()
    {
        var open = new OpenRequests("0", new PublishedRequests(10), Limits);
        open.Add(
            [.. Enumerable.Range(0, 30).Select(number => Asks($"later{number}") with { NotBefore = Today.AddDays(30) }), Asks("a")],
            "1",
            TimeSpan.Zero,
            isBacklog: true);

        Assert.That(open.CountCandidates().Single(), Has.Property(nameof(CandidateCounts.Candidates)).EqualTo(1).And.Property(nameof(CandidateCounts.Known)).EqualTo(0));
    }

    [Test]
    public void A_request_that_waits_for_its_time_and_was_published_explains_its_message()
    {
        var published = new PublishedRequests(10);
        var open = new OpenRequests("0", published, Limits);
        open.Add([Asks("later") with { NotBefore = Today.AddDays(30) }, Asks("a")], "1", TimeSpan.Zero, isBacklog: true);
        published.Add("later", "1-a", TimeSpan.Zero, published.Epoch);
        Assert.That(open.CountCandidates().Single().Known, Is.EqualTo(1));

        open.Advance(Limits.RepublishAfter, Today);
        Assert.That(open.CountCandidates().Single().Known, Is.EqualTo(1), "its time has still not come");

        open.Add([RequestRow.WithoutRequest("later")], "2", Limits.RepublishAfter, isBacklog: false);
        Assert.That(open.CountCandidates().Single().Known, Is.EqualTo(0));
    }

    [Test]
    public void A_request_that_can_never_be_answered_explains_no_message()
    {
        var published = new PublishedRequests(10);
        var open = new OpenRequests("0", published, Limits);
        open.Add([Asks("never"), Asks("a")], "1", TimeSpan.Zero, isBacklog: true);
        var never = open.TakeCandidates(open.CountCandidates().Single(), most: 1).Single();

        never.IsUnanswerable = true;
        published.Add("never", "1-a", TimeSpan.Zero, published.Epoch);
        open.Return(never);

        Assert.That(open.CountCandidates().Single(), Has.Property(nameof(CandidateCounts.Candidates)).EqualTo(1).And.Property(nameof(CandidateCounts.Known)).EqualTo(0));
    }

    [Test]
    public void New_requests_beyond_the_limit_are_left_to_their_webhooks()
    {
        var open = new OpenRequests("0", new PublishedRequests(10), Limits with { MaxOpen = 1 });
        open.Add([Asks("a"), Asks("b")], "1", TimeSpan.Zero, isBacklog: false);

        Assert.That((open.CountCandidates().Count, open.Beyond, open.HasOverflowed, open.Watermark), Is.EqualTo((0, 0, true, "0")));
    }

    [Test]
    public void Urgency_ends_when_what_was_open_then_is_published()
    {
        // To publish all of it takes longer than the grace. Meanwhile another gateway publishes ten requests a second, which become
        // candidates one by one, because the workers are a minute behind. All of those have messages.
        var published = new PublishedRequests(1_000_000);
        var open = new OpenRequests("0", published, Limits);
        open.Add([.. Enumerable.Range(0, 60_000).Select(number => Asks($"b{number}"))], "1", TimeSpan.Zero, isBacklog: true);
        open.Add([Asks("later") with { NotBefore = Today.AddDays(30) }], "2", TimeSpan.Zero, isBacklog: true);
        published.Clear();
        open.ForgetPublished();
        var turn = 1;
        for (; turn < 6_000 && open.IsUrgent; turn++)
        {
            var now = TimeSpan.FromMilliseconds(100 * turn);
            open.Add([Asks($"d{turn}")], $"{turn + 2}", now, isBacklog: false);
            open.Advance(now, Today + now);
            foreach (var request in open.CountCandidates().SelectMany(counts => open.TakeCandidates(counts, most: 256)).ToArray())
            {
                published.Add(request.DocumentId, request.Revision, now, published.Epoch);
                open.Return(request);
            }
        }

        Assert.That(turn, Is.InRange(60_000 / 256, 600));
        Assert.That(published.PublishedAt("b59999", "1-a"), Is.Not.Null);
    }

    private static RequestRow Asks(string id) => new(id, "1-a", Action, NotBefore: null);
}
