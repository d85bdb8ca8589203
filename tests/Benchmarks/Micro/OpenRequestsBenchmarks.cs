using BenchmarkDotNet.Attributes;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Benchmarks.Micro;

/// <summary>What catch-up does with the rows of the feed.</summary>
[MemoryDiagnoser]
public class OpenRequestsBenchmarks
{
    private const int PageSize = 1_000;

    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly CatchUpLimits Limits = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 2_000_000);

    private RequestRow[] requests = [];
    private RequestRow[] answers = [];

    [Params(1_000, 100_000)]
    public int Open { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        requests = [.. Enumerable.Range(0, Open).Select(number => new RequestRow($"document-{number}", SampleDocument.Revision, Action, null))];
        answers = [.. requests.Select(request => RequestRow.WithoutRequest(request.Id))];
    }

    /// <summary>Requests come, become due, and are answered, a page of 1,000 rows at a time.</summary>
    [Benchmark]
    public int ComeAndGo()
    {
        using var open = new OpenRequests("0", new PublishedRequests(limit: 10_000_000), Limits);
        AddPages(open, requests);
        open.Advance(TimeSpan.FromMinutes(1), DateTimeOffset.UnixEpoch);
        var candidates = open.CountCandidates().Count;
        AddPages(open, answers);
        return candidates + open.Count;
    }

    private static void AddPages(OpenRequests open, RequestRow[] rows)
    {
        for (var at = 0; at < rows.Length; at += PageSize)
        {
            open.Add(rows.Skip(at).Take(PageSize), $"{at + PageSize}", TimeSpan.Zero, isBacklog: false);
        }
    }
}
