using System.Diagnostics;
using System.Globalization;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Benchmarks.Memory;

/// <summary>Measures the memory of open requests, how much of it the process gives back when they are answered, and what a million cost.</summary>
internal static class OpenRequestsBenchmark
{
    private const int PageSize = 500;

    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly CatchUpLimits Limits = new(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 10_000_000);

    /// <returns>Whether there is such a part.</returns>
    public static bool Run(string[] parts)
    {
        switch (parts)
        {
            case []:
                // The process is measured first, while nothing else has grown it.
                GiveBack(50_000);
                Retain(50_000, isPublished: false);
                Retain(50_000, isPublished: true);
                Time(1_000_000);
                return true;
            case [var number] when int.TryParse(number, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var requests):
                GiveBack(requests);
                return true;
            default:
                return false;
        }
    }

    /// <summary>By how much the process grows with open requests, and what it gives back.</summary>
    private static void GiveBack(int number)
    {
        Fill(1_000, isPublished: true);
        IdleHeap.GiveBack();
        var before = Environment.WorkingSet;
        Report("the process before", before / 1e6, "MB");
        var (open, published) = Fill(number, isPublished: true);
        GrownAndGivenBack($"{number:N0} open requests");
        Answer(open, number);
        GrownAndGivenBack("all of them answered");
        published.Clear();
        GrownAndGivenBack("all of them forgotten");
        GC.KeepAlive(open);
        GC.KeepAlive(published);

        void GrownAndGivenBack(string what)
        {
            Report(what, (Environment.WorkingSet - before) / 1e6, "MB more");
            var watch = Stopwatch.StartNew();
            IdleHeap.GiveBack();
            Report($"  after giving back, in {watch.ElapsedMilliseconds} ms", (Environment.WorkingSet - before) / 1e6, "MB more");
        }
    }

    /// <summary>What stays in the heap of each open request.</summary>
    private static void Retain(int number, bool isPublished)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (open, published) = Fill(number, isPublished);
        var retained = GC.GetTotalMemory(forceFullCollection: true) - before;
        Report($"one of {number:N0}{(isPublished ? ", published" : "")}", (double)retained / number, "bytes");
        GC.KeepAlive(open);
        GC.KeepAlive(published);
    }

    private static void Time(int number)
    {
        var watch = Stopwatch.StartNew();
        foreach (var row in Rows(number))
        {
            GC.KeepAlive(row);
        }

        var rows = watch.Elapsed;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var published = new PublishedRequests(limit: 10_000_000);
        using var open = new OpenRequests("0", published, Limits);
        watch.Restart();
        AddPages(open, Rows(number));
        var (last, made) = (watch.Elapsed, rows);
        Done("added");
        (last, made) = (TimeSpan.Zero, TimeSpan.Zero);

        var now = TimeSpan.FromMinutes(1);
        Measure("advanced", () =>
        {
            for (var moved = 0; moved < number; moved += 2_000)
            {
                open.Advance(now, DateTimeOffset.UnixEpoch);
            }
        });

        List<OpenRequest> taken = [];
        Measure("taken", () =>
        {
            while (taken.Count < number)
            {
                taken.AddRange(open.TakeCandidates(open.CountCandidates().Single(), most: 256));
            }
        });
        Measure("published", () =>
        {
            foreach (var request in taken)
            {
                published.Add(request.DocumentId, request.Revision, now, published.Epoch);
                open.Return(request);
            }

            taken = [];
        });

        Measure("answered", () => Answer(open, number), rows);
        GC.KeepAlive(published);

        void Measure(string what, Action action, TimeSpan apart = default)
        {
            watch.Restart();
            action();
            (last, made) = (watch.Elapsed, apart);
            Done(what);
        }

        void Done(string what)
        {
            Report($"{number:N0} {what}", (last - made).TotalNanoseconds / number, "ns each");
            Report("  memory", (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6, "MB");
        }
    }

    private static (OpenRequests Open, PublishedRequests Published) Fill(int number, bool isPublished)
    {
        var published = new PublishedRequests(limit: 1_000_000);
        var open = new OpenRequests("0", published, Limits);
        AddPages(open, Rows(number));
        if (isPublished)
        {
            foreach (var row in Rows(number))
            {
                published.Add(row.Id, row.Revision, TimeSpan.FromSeconds(1), published.Epoch);
            }
        }

        return (open, published);
    }

    private static void Answer(OpenRequests open, int number) => AddPages(open, Rows(number).Select(row => RequestRow.WithoutRequest(row.Id)));

    private static void AddPages(OpenRequests open, IEnumerable<RequestRow> rows)
    {
        foreach (var page in rows.Chunk(PageSize))
        {
            open.Add(page, $"{long.Parse(open.Last, CultureInfo.InvariantCulture) + page.Length}", TimeSpan.Zero, isBacklog: false);
        }
    }

    /// <summary>Rows as the feed has them: ids of 36 characters, and each text a string of its own. The same ones each time.</summary>
    private static IEnumerable<RequestRow> Rows(int number)
    {
        for (var row = 0; row < number; row++)
        {
            yield return new RequestRow(
                $"{row:x8}-5c1e-4d7a-9b3f-{row:x12}", $"1-{unchecked((uint)row * 2_654_435_769):x8}{row:x24}", Action, NotBefore: null);
        }
    }

    private static void Report(string what, double value, string unit) => Console.WriteLine($"{what,-40} {value,12:N1} {unit}");
}
