using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>The age of the oldest open request, for alerts.</summary>
public sealed class OldestRequestTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly CatchUpLimits Limits = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 100);

    [Test]
    public void It_counts_from_the_first_row_whether_or_not_it_was_published_and_until_a_later_row_closes_it()
    {
        var memory = new PublishedRequests(limit: 10);
        using var open = new OpenRequests("0", memory, Limits);
        Assert.That(open.OldestOpen, Is.Null);

        Read(open, 1, Ask("a"));
        Read(open, 2, Ask("b"));
        memory.Add("a", "1-a", TimeSpan.FromSeconds(3), memory.Epoch);
        Assert.That(open.OldestOpen, Is.EqualTo(TimeSpan.FromSeconds(1)));

        Read(open, 4, Answer("a"));
        Assert.That(open.OldestOpen, Is.EqualTo(TimeSpan.FromSeconds(2)));

        Read(open, 5, Answer("b"));
        Assert.That(open.OldestOpen, Is.Null);
    }

    [Test]
    public void A_request_that_waits_for_its_time_does_not_count()
    {
        using var open = new OpenRequests("0", new PublishedRequests(limit: 10), Limits);

        Read(open, 1, Ask("later", DateTimeOffset.UnixEpoch));
        Assert.That(open.OldestOpen, Is.Null);

        Read(open, 2, Ask("now"), Ask("later too", DateTimeOffset.UnixEpoch));
        Assert.That(open.OldestOpen, Is.EqualTo(TimeSpan.FromSeconds(2)));

        Read(open, 3, Answer("now"), Answer("later"));
        Assert.That(open.OldestOpen, Is.Null);
    }

    private static void Read(OpenRequests open, int second, params RequestRow[] rows) =>
        open.Add(rows, $"{second}", TimeSpan.FromSeconds(second), isBacklog: false);

    private static RequestRow Ask(string id, DateTimeOffset? notBefore = null) => new(id, "1-a", Action, notBefore);

    private static RequestRow Answer(string id) => new(id, "2-a", null, null);
}
