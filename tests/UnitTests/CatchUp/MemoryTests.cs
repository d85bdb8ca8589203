using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>What open requests keep in memory. The limits are the measured values and some more.</summary>
[NonParallelizable]
public sealed class MemoryTests
{
    private const int Number = 50_000;

    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly CatchUpLimits Limits = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 1_000_000);

    [Test]
    public void An_open_request_takes_300_bytes_and_nothing_when_it_is_answered()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var open = new OpenRequests("0", new PublishedRequests(Number, TimeSpan.FromHours(2)), Limits);
        foreach (var page in Rows().Chunk(500))
        {
            open.Add(page, page[0].Id, TimeSpan.Zero, isBacklog: false);
        }

        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(300));

        foreach (var page in Rows().Select(row => RequestRow.WithoutRequest(row.Id)).Chunk(500))
        {
            open.Add(page, page[0].Id, TimeSpan.Zero, isBacklog: false);
        }

        AssertNothingIsLeft(before);
    }

    [Test]
    public void What_was_published_takes_80_bytes_and_nothing_when_it_is_forgotten()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var published = Publish();

        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(80));

        published.Clear();

        AssertNothingIsLeft(before);
        GC.KeepAlive(published);
    }

    [Test]
    public void What_was_published_long_ago_takes_nothing_once_more_is_published()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var published = Publish();

        // Each forgets some of it, so that none takes long.
        for (var number = 0; number < 100; number++)
        {
            published.Add($"{number}", "1-a", Limits.RepublishAfter, published.Epoch);
        }

        AssertNothingIsLeft(before);
        GC.KeepAlive(published);
    }

    private static PublishedRequests Publish()
    {
        var published = new PublishedRequests(Number, Limits.RepublishAfter);
        foreach (var row in Rows())
        {
            published.Add(row.Id, row.Revision, TimeSpan.Zero, published.Epoch);
        }

        return published;
    }

    // A little is the least capacity, and what else the process allocates.
    private static void AssertNothingIsLeft(long before) =>
        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(20));

    private static IEnumerable<RequestRow> Rows() => Enumerable.Range(0, Number).Select(number => new RequestRow(
        $"{number:x8}-5c1e-4d7a-9b3f-{number:x12}", $"1-{number:x32}", Action, NotBefore: null));
}
