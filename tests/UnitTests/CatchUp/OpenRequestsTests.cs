using CsCheck;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

public sealed class OpenRequestsTests
{
    private static readonly CatchUpLimits Pace = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 2);

    private static readonly Gen<string> Id = Gen.Int[0, 9].Select(number => $"d{number}");

    private static readonly Gen<Action<FeedModel>> Step = Gen.Frequency(
        (6, Gen.Select(Id, Gen.Bool).Select(write => (Action<FeedModel>)(model => model.Write(write.Item1, write.Item2)))),
        (2, Id.Select(id => (Action<FeedModel>)(model => model.WebhookPublishes(id)))),
        (5, Gen.Select(Gen.Int[1, 4], Gen.Int[0, 2]).Select(read => (Action<FeedModel>)(model => model.Read(read.Item1, read.Item2)))),
        (3, Gen.Select(Gen.Int[1, 5], Gen.Bool).Select(turn => (Action<FeedModel>)(model => model.Publish(turn.Item1, turn.Item2)))),
        (3, Gen.Int[1, 4_000].Select(seconds => (Action<FeedModel>)(model => model.Wait(TimeSpan.FromSeconds(seconds))))),
        (1, Gen.Const((Action<FeedModel>)(model => model.LoseMessages()))),
        (1, Gen.Const((Action<FeedModel>)(model => model.Restart()))),
        (1, Gen.Const((Action<FeedModel>)(model => model.Settle()))));

    [TestCase(100)]
    [TestCase(3)]
    [TestCase(1)]
    public void Whatever_happens_every_open_request_gets_a_message(int bound) => Step.Array[0, 80].Sample(
        steps =>
        {
            var model = new FeedModel(bound);
            foreach (var step in steps)
            {
                step(model);
            }

            model.Settle();
            model.CloseAll();
        },
        iter: 3_000);

    [Test]
    public void A_request_is_left_to_the_webhook_for_a_while()
    {
        var requests = new OpenRequests("0", new PublishedRequests(10), Pace);

        requests.Add([Asks("a")], "1", now: TimeSpan.Zero, Pace.Grace);

        Assert.That(requests.TakeDue(TimeSpan.FromSeconds(14.9)), Is.Null);
        Assert.That(requests.TakeDue(TimeSpan.FromSeconds(15))?.DocumentId, Is.EqualTo("a"));
        Assert.That(requests.TakeDue(TimeSpan.FromSeconds(15)), Is.Null, "it is in somebody's hands");
    }

    [Test]
    public void A_request_that_the_webhook_published_after_it_was_handed_out_is_not_due_any_more()
    {
        var memory = new PublishedRequests(10);
        var requests = new OpenRequests("0", memory, Pace);
        requests.Add([Asks("a")], "1", now: TimeSpan.Zero, Pace.Grace);
        var taken = requests.TakeDue(Pace.Grace)!;
        Assert.That(requests.IsDue(taken, Pace.Grace), Is.True);

        memory.Add("a", "1-a", Pace.Grace, memory.Epoch);

        Assert.That(requests.IsDue(taken, Pace.Grace), Is.False);
    }

    [Test]
    public void A_request_that_was_closed_after_it_was_handed_out_is_not_due_any_more()
    {
        var requests = new OpenRequests("0", new PublishedRequests(10), Pace);
        requests.Add([Asks("a")], "1", now: TimeSpan.Zero, Pace.Grace);
        var taken = requests.TakeDue(Pace.Grace)!;

        requests.Add([FeedEntry.WithoutAction("a")], "2", Pace.Grace, Pace.Grace);

        Assert.That(requests.IsDue(taken, Pace.Grace), Is.False);
    }

    [Test]
    public void What_was_sent_before_everything_was_forgotten_does_not_count()
    {
        var memory = new PublishedRequests(10);
        var sentIn = memory.Epoch;
        memory.Clear();

        memory.Add("a", "1-a", TimeSpan.Zero, sentIn);

        Assert.That(memory.PublishedAt("a", "1-a"), Is.Null);
    }

    [Test]
    public void The_memory_of_what_was_published_is_bounded_and_forgets_the_oldest()
    {
        var memory = new PublishedRequests(2);
        foreach (var id in new[] { "a", "b", "a", "c" })
        {
            memory.Add(id, "1-a", TimeSpan.Zero, memory.Epoch);
        }

        Assert.That(
            new[] { "a", "b", "c" }.Select(id => memory.PublishedAt(id, "1-a") is not null),
            Is.EqualTo(new[] { true, false, true }));
    }

    [Test]
    public void Beyond_the_bound_requests_pass_at_once_and_hold_the_watermark()
    {
        var memory = new PublishedRequests(10);
        var requests = new OpenRequests("0", memory, Pace);
        requests.Add([Asks("a")], "1", TimeSpan.Zero, Pace.Grace);
        requests.Add([Asks("b"), Asks("c")], "2", TimeSpan.Zero, Pace.Grace);

        var passing = requests.TakeDue(TimeSpan.Zero)!;
        memory.Add(passing.DocumentId, passing.Revision, TimeSpan.Zero, memory.Epoch);
        requests.Return(passing);
        requests.Add([FeedEntry.WithoutAction("a"), FeedEntry.WithoutAction("b")], "3", TimeSpan.Zero, Pace.Grace);

        Assert.That((passing.DocumentId, requests.Passing, requests.Count, requests.HasOverflowed), Is.EqualTo(("c", 0, 0, true)));
        Assert.That(requests.Watermark, Is.EqualTo("1"), "only reading it again shows what became of c");
    }

    [Test]
    public void What_closes_leaves_no_pile_behind()
    {
        var memory = new PublishedRequests(10);
        var requests = new OpenRequests("0", memory, Pace);
        for (var i = 0; i < 10_000; i++)
        {
            requests.Add([Asks($"d{i}")], $"{i}", TimeSpan.Zero, Pace.Grace);
            requests.Add([FeedEntry.WithoutAction($"d{i}")], $"{i}+", TimeSpan.Zero, Pace.Grace);
        }

        Assert.That(requests.Waiting, Is.LessThan(2_000));
    }

    private static FeedEntry Asks(string id) => new(id, "1-a", "person_request");
}
