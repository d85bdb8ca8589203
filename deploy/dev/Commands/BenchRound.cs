using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Dev.Commands;

/// <summary>What one round showed.</summary>
/// <param name="PerSecond">Requests answered a second, from the first write to the last answer.</param>
/// <param name="Median">Half of the requests had their answer after this time.</param>
/// <param name="Slow">All but one in a hundred had it after this time.</param>
internal sealed record BenchResult(double PerSecond, TimeSpan Median, TimeSpan Slow)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{PerSecond,7:0} requests/s, write to success p50 {Median.TotalMilliseconds:0} ms, p99 {Slow.TotalMilliseconds:0} ms");
}

/// <summary>Starts the system, writes requests as fast as sixteen apps can, and follows the changes feed until all have their answer.</summary>
internal static class BenchRound
{
    private const int Apps = 16;

    public static async Task<BenchResult> RunAsync(Uri broker, string checkout, int documents, int workers, CancellationToken cancellationToken)
    {
        var services = new SystemServices(SystemPorts.Free(workers), broker);
        await using var syncGateway = await ServiceProcess.StartAsync(services.SyncGatewayOptions(), cancellationToken);
        await using var swapi = await ServiceProcess.StartAsync(services.SwapiOptions(), cancellationToken);
        await using var gateway = await ServiceProcess.StartAsync(services.GatewayOptions() with { Checkout = checkout }, cancellationToken);
        var started = await Task.WhenAll(services.WorkerOptions()
            .Select(worker => ServiceProcess.StartAsync(worker with { Checkout = checkout }, cancellationToken)));
        try
        {
            using var database = new HttpClient { BaseAddress = new Uri(services.SyncGateway + "/db/") };
            return await MeasureAsync(database, documents, cancellationToken);
        }
        finally
        {
            await Task.WhenAll(started.Select(worker => worker.TerminateAsync()));
        }
    }

    private static async Task<BenchResult> MeasureAsync(HttpClient database, int documents, CancellationToken cancellationToken)
    {
        var written = new ConcurrentDictionary<string, long>();
        var answered = AnswersAsync(database, documents, cancellationToken);
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, documents),
            new ParallelOptions { MaxDegreeOfParallelism = Apps, CancellationToken = cancellationToken },
            async (number, stop) =>
            {
                var id = $"bench-{number}";
                written[id] = Stopwatch.GetTimestamp();
                using var answer = await database.PutAsJsonAsync(id, new JsonObject { ["action"] = "person_request" }, stop);
                answer.EnsureSuccessStatusCode();
            });

        var seen = await answered;
        var waits = seen.Select(answer => Stopwatch.GetElapsedTime(written[answer.Key], answer.Value)).Order().ToArray();
        return new BenchResult(
            documents / Stopwatch.GetElapsedTime(start, seen.Values.Max()).TotalSeconds,
            waits[waits.Length / 2],
            waits[(int)(waits.Length * 0.99)]);
    }

    private static async Task<Dictionary<string, long>> AnswersAsync(HttpClient database, int documents, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, long>();
        var since = "0";
        while (seen.Count < documents)
        {
            var changes = await database.GetFromJsonAsync<JsonObject>(
                $"_changes?feed=longpoll&timeout=60000&include_docs=true&since={Uri.EscapeDataString(since)}", cancellationToken);
            var now = Stopwatch.GetTimestamp();
            foreach (var row in changes!["results"]!.AsArray())
            {
                if ((string?)row!["doc"]?["action"] is "person_success")
                {
                    seen.TryAdd((string)row["id"]!, now);
                }
            }

            since = (string)changes["last_seq"]!;
        }

        return seen;
    }
}
