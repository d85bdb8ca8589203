using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>What the apps saw of some requests.</summary>
/// <param name="PerSecond">Requests per second, from the first write to the last result.</param>
/// <param name="Median">The median time from write to success.</param>
/// <param name="Percentile95">The 95th percentile of that time.</param>
/// <param name="Percentile99">The 99th percentile of that time.</param>
internal sealed record LoadResult(double PerSecond, TimeSpan Median, TimeSpan Percentile95, TimeSpan Percentile99)
{
    /// <summary>From the times of all requests, at least one.</summary>
    public static LoadResult From(TimeSpan whole, IEnumerable<TimeSpan> latencies)
    {
        var sorted = latencies.Order().ToArray();
        return new LoadResult(sorted.Length / whole.TotalSeconds, At(0.5), At(0.95), At(0.99));

        TimeSpan At(double share) => sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerSecond,7:0} requests/s, write to success p50 {Median.TotalMilliseconds:0} ms, p99 {Percentile99.TotalMilliseconds:0} ms");
}

/// <summary>Apps that write requests into an empty database, and follow its changes feed until every request has its result.</summary>
/// <param name="database">Sends requests to the database; its base address ends in <c>/db/</c>.</param>
internal sealed class RequestLoad(HttpClient database)
{
    private const int Apps = 16;

    /// <summary>A stack may lose a request. Without any result for so long, waiting is over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, long> written = new();
    private string since = "0";
    private int next;

    /// <summary>16 apps write as fast as they can, and all results are awaited.</summary>
    public async Task<LoadResult> BurstAsync(int documents, CancellationToken cancellationToken)
    {
        var finishing = WaitForResultsAsync(documents, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await WriteAsync(documents, cancellationToken);
        return await ResultAsync(start, finishing);
    }

    /// <summary>Requests are written at a constant rate, and all results are awaited.</summary>
    public async Task<LoadResult> PacedAsync(int documents, int perSecond, CancellationToken cancellationToken)
    {
        var finishing = WaitForResultsAsync(documents, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await ConstantRate.RunAsync(documents, perSecond, _ => WriteOneAsync(cancellationToken), cancellationToken);
        return await ResultAsync(start, finishing);
    }

    /// <summary>16 apps write as fast as they can. Results are left to <see cref="DrainAsync"/>.</summary>
    public Task WriteAsync(int documents, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, documents),
        new ParallelOptions { MaxDegreeOfParallelism = Apps, CancellationToken = cancellationToken },
        async (_, token) => await WriteOneAsync(token));

    /// <summary>Awaits the results of requests that were written before. The times count from now.</summary>
    public async Task<LoadResult> DrainAsync(int documents, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var id in written.Keys)
        {
            written[id] = start;
        }

        return await ResultAsync(start, WaitForResultsAsync(documents, cancellationToken));
    }

    /// <summary>Writes one request.</summary>
    public async Task<string> WriteOneAsync(CancellationToken cancellationToken)
    {
        var id = $"bench-{Interlocked.Increment(ref next)}";
        written[id] = Stopwatch.GetTimestamp();
        using var response = await database.PutAsJsonAsync(id, new JsonObject { ["action"] = "person_request" }, cancellationToken);
        response.EnsureSuccessStatusCode();
        return id;
    }

    private async Task<LoadResult> ResultAsync(long start, Task<Dictionary<string, long>> finishing)
    {
        var finished = await finishing;
        var result = LoadResult.From(
            Stopwatch.GetElapsedTime(start, finished.Values.Max()),
            finished.Select(result => Stopwatch.GetElapsedTime(written[result.Key], result.Value)));
        written.Clear();
        return result;
    }

    private async Task<Dictionary<string, long>> WaitForResultsAsync(int documents, CancellationToken cancellationToken)
    {
        var finished = new Dictionary<string, long>();
        var last = Stopwatch.GetTimestamp();
        while (finished.Count < documents)
        {
            if (Stopwatch.GetElapsedTime(last) > Patience)
            {
                throw new TimeoutException($"{documents - finished.Count} of {documents} requests have no result, and none came for {Patience}.");
            }

            var changes = await database.GetFromJsonAsync<JsonObject>(
                $"_changes?feed=longpoll&timeout=60000&limit=5000&include_docs=true&since={Uri.EscapeDataString(since)}", cancellationToken);
            var now = Stopwatch.GetTimestamp();
            foreach (var row in changes!["results"]!.AsArray())
            {
                if ((string?)row!["doc"]?["action"] is "person_success")
                {
                    finished.TryAdd((string)row["id"]!, now);
                    last = now;
                }
            }

            since = (string)changes["last_seq"]!;
        }

        return finished;
    }
}
