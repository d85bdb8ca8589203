using System.Runtime.CompilerServices;
using CsCheck;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

public sealed class OpenRequestsTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

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
    public void A_request_is_not_due_before_the_webhook_had_its_time()
    {
        var requests = Create(new PublishedRequests(10));

        requests.Add([Request("a")], "1", now: TimeSpan.Zero, Grace);

        Assert.That(requests.TakeDue(TimeSpan.FromSeconds(14.9)), Is.Null);
        Assert.That(requests.TakeDue(TimeSpan.FromSeconds(15))?.DocumentId, Is.EqualTo("a"));
        Assert.That(requests.TakeDue(TimeSpan.FromSeconds(15)), Is.Null, "it has been taken");
    }

    [Test]
    public void A_taken_request_that_a_webhook_published_is_not_due_any_more()
    {
        var memory = new PublishedRequests(10);
        var requests = Create(memory);
        requests.Add([Request("a")], "1", now: TimeSpan.Zero, Grace);
        var taken = requests.TakeDue(Grace)!;
        Assert.That(requests.IsDue(taken, Grace), Is.True);

        memory.Add("a", "1-a", Grace, memory.Epoch);

        Assert.That(requests.IsDue(taken, Grace), Is.False);
    }

    [Test]
    public void A_taken_request_that_was_closed_is_not_due_any_more()
    {
        var requests = Create(new PublishedRequests(10));
        requests.Add([Request("a")], "1", now: TimeSpan.Zero, Grace);
        var taken = requests.TakeDue(Grace)!;

        requests.Add([FeedEntry.WithoutAction("a")], "2", Grace, Grace);

        Assert.That(requests.IsDue(taken, Grace), Is.False);
    }

    [Test]
    public void A_message_sent_before_the_memory_was_cleared_is_not_noted()
    {
        var memory = new PublishedRequests(10);
        var sentIn = memory.Epoch;
        memory.Clear();

        memory.Add("a", "1-a", TimeSpan.Zero, sentIn);

        Assert.That(memory.PublishedAt("a", "1-a"), Is.Null);
    }

    [Test]
    public void The_memory_of_published_requests_is_bounded_and_forgets_the_oldest()
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
    public void Requests_beyond_the_bound_are_due_at_once_and_hold_the_watermark()
    {
        var memory = new PublishedRequests(10);
        var requests = Create(memory);
        requests.Add([Request("a")], "1", TimeSpan.Zero, Grace);
        requests.Add([Request("b"), Request("c")], "2", TimeSpan.Zero, Grace);

        var passing = requests.TakeDue(TimeSpan.Zero)!;
        memory.Add(passing.DocumentId, passing.Revision, TimeSpan.Zero, memory.Epoch);
        requests.Return(passing);
        requests.Add([FeedEntry.WithoutAction("a"), FeedEntry.WithoutAction("b")], "3", TimeSpan.Zero, Grace);

        Assert.That((passing.DocumentId, requests.Passing, requests.Count, requests.HasOverflowed), Is.EqualTo(("c", 0, 0, true)));
        Assert.That(requests.Watermark, Is.EqualTo("1"), "only a new scan shows whether c is still open");
    }

    [Test]
    public void Closed_requests_release_their_memory()
    {
        var requests = Create(new PublishedRequests(10));
        var added = Enumerable.Range(0, 10_000).Select(number => AddAndClose(requests, $"d{number}")).ToArray();

        GC.Collect();

        Assert.That(added.Count(entry => entry.TryGetTarget(out _)), Is.LessThan(2_000));
        GC.KeepAlive(requests);
    }

    // In a method of its own, so that no local keeps the entry alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<FeedEntry> AddAndClose(OpenRequests requests, string id)
    {
        var entry = Request(id);
        requests.Add([entry], id, TimeSpan.Zero, Grace);
        requests.Add([FeedEntry.WithoutAction(id)], id, TimeSpan.Zero, Grace);
        return new WeakReference<FeedEntry>(entry);
    }

    private static OpenRequests Create(PublishedRequests memory) => new("0", memory, TimeSpan.FromHours(2), bound: 2);

    private static FeedEntry Request(string id) => new(id, "1-a", "person_request");
}
