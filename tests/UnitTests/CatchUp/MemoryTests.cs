using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>What open requests keep in memory. The limits are the measured values and some more.</summary>
[NonParallelizable]
public sealed class MemoryTests
{
    private const int Number = 50_000;

    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly CatchUpLimits Limits = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 1_000_000);

    [TestCase(false, 300)]
    [TestCase(true, 340)]
    public void An_open_request_takes_300_bytes_and_40_more_with_a_trace_and_nothing_when_it_is_answered(bool isTraced, int bytes)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var open = new OpenRequests("0", new PublishedRequests(Number), Limits);
        foreach (var page in Rows(isTraced).Chunk(500))
        {
            open.Add(page, page[0].Id, TimeSpan.Zero, isBacklog: false);
        }

        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(bytes));

        foreach (var page in Rows().Select(row => RequestRow.WithoutRequest(row.Id)).Chunk(500))
        {
            open.Add(page, page[0].Id, TimeSpan.Zero, isBacklog: false);
        }

        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(10));
    }

    [Test]
    public void What_was_published_takes_80_bytes_and_nothing_when_it_is_forgotten()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var published = new PublishedRequests(Number);
        foreach (var row in Rows())
        {
            published.Add(row.Id, row.Revision, TimeSpan.Zero, published.Epoch);
        }

        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(80));

        published.Clear();

        Assert.That((GC.GetTotalMemory(forceFullCollection: true) - before) / Number, Is.LessThan(10));
        GC.KeepAlive(published);
    }

    private static IEnumerable<RequestRow> Rows(bool isTraced = false) => Enumerable.Range(0, Number).Select(number => new RequestRow(
        $"{number:x8}-5c1e-4d7a-9b3f-{number:x12}",
        $"1-{number:x32}",
        Action,
        NotBefore: null,
        isTraced
            ? new RequestOrigin(TraceContext.Parse($"00-4bf92f3577b34da6a3ce9290{number:x8}-00f067aa0ba902b7-01"), DateTimeOffset.UnixEpoch)
            : null));
}
