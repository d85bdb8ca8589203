using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>Measurements of one round.</summary>
/// <param name="PerSecond">Requests per second, from the first write to the last result.</param>
/// <param name="Median">The median time from write to success.</param>
/// <param name="Percentile99">The 99th percentile of that time.</param>
internal sealed record BenchResult(double PerSecond, TimeSpan Median, TimeSpan Percentile99)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerSecond,7:0} requests/s, write to success p50 {Median.TotalMilliseconds:0} ms, p99 {Percentile99.TotalMilliseconds:0} ms");
}

/// <summary>
/// Starts the system, writes requests from 16 concurrent apps, and follows the changes feed until every request has its result.
/// </summary>
internal static class BenchRound
{
    private const int Apps = 16;

    public static async Task<BenchResult> RunAsync(
        Uri broker, string checkout, int documents, int workers, CancellationToken cancellationToken)
    {
        var services = new SystemServices(SystemPorts.FindFree(workers), broker);
        await using var syncGateway = await ServiceProcess.StartAsync(services.SyncGatewayOptions(), cancellationToken);
        await using var swapi = await ServiceProcess.StartAsync(services.SwapiOptions(), cancellationToken);
        await using var gateway = await ServiceProcess.StartAsync(
            services.GatewayOptions() with { Checkout = checkout }, cancellationToken);
        var workerProcesses = await Task.WhenAll(services.WorkerOptions()
            .Select(worker => ServiceProcess.StartAsync(worker with { Checkout = checkout }, cancellationToken)));
        try
        {
            using var database = new HttpClient { BaseAddress = new Uri(services.SyncGateway + "/db/") };
            return await MeasureAsync(database, documents, cancellationToken);
        }
        finally
        {
            await Task.WhenAll(workerProcesses.Select(worker => worker.TerminateAsync()));
        }
    }

    private static async Task<BenchResult> MeasureAsync(HttpClient database, int documents, CancellationToken cancellationToken)
    {
        var written = new ConcurrentDictionary<string, long>();
        var finishing = WaitForResultsAsync(database, documents, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, documents),
            new ParallelOptions { MaxDegreeOfParallelism = Apps, CancellationToken = cancellationToken },
            async (number, token) =>
            {
                var id = $"bench-{number}";
                written[id] = Stopwatch.GetTimestamp();
                using var response = await database.PutAsJsonAsync(id, new JsonObject { ["action"] = "person_request" }, token);
                response.EnsureSuccessStatusCode();
            });

        var finished = await finishing;
        var latencies = finished.Select(result => Stopwatch.GetElapsedTime(written[result.Key], result.Value)).Order().ToArray();
        return new BenchResult(
            documents / Stopwatch.GetElapsedTime(start, finished.Values.Max()).TotalSeconds,
            latencies[latencies.Length / 2],
            latencies[(int)(latencies.Length * 0.99)]);
    }

    private static async Task<Dictionary<string, long>> WaitForResultsAsync(
        HttpClient database, int documents, CancellationToken cancellationToken)
    {
        var finished = new Dictionary<string, long>();
        var since = "0";
        while (finished.Count < documents)
        {
            var changes = await database.GetFromJsonAsync<JsonObject>(
                $"_changes?feed=longpoll&timeout=60000&include_docs=true&since={Uri.EscapeDataString(since)}", cancellationToken);
            var now = Stopwatch.GetTimestamp();
            foreach (var row in changes!["results"]!.AsArray())
            {
                if ((string?)row!["doc"]?["action"] is "person_success")
                {
                    finished.TryAdd((string)row["id"]!, now);
                }
            }

            since = (string)changes["last_seq"]!;
        }

        return finished;
    }
}
