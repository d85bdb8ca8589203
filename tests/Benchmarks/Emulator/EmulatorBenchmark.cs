using System.Diagnostics;
using System.Globalization;
using OfflineActions.Emulators;

namespace OfflineActions.Benchmarks.Emulator;

/// <summary>Measures speed and memory of the emulated Sync Gateway, compared with a JSON echo on the same web server.</summary>
internal static class EmulatorBenchmark
{
    /// <returns>Whether there is such a part.</returns>
    public static async Task<bool> RunAsync(string[] parts)
    {
        switch (parts)
        {
            case []:
                return await RunAsync(["start"]) && await RunAsync(["throughput"]) && await RunAsync(["wake"]) && await RunAsync(["memory"]);
            case ["start"]:
                await ReadyAsync();
                return true;
            case ["throughput"]:
                await ThroughputBenchmark.RunAsync(ahead: 1);
                await ThroughputBenchmark.RunAsync(ahead: 16);
                return true;
            case ["throughput", var ahead] when int.TryParse(ahead, NumberStyles.None, CultureInfo.InvariantCulture, out var requests):
                await ThroughputBenchmark.RunAsync(requests);
                return true;
            case ["wake"]:
                await WakeAsync();
                return true;
            case ["memory"]:
                await GrowthAsync(500_000);
                return true;
            case ["memory", var documents] when int.TryParse(documents, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number):
                await GrowthAsync(number);
                return true;
            default:
                return false;
        }
    }

    private static async Task ReadyAsync()
    {
        for (var time = 1; time <= 3; time++)
        {
            var watch = Stopwatch.StartNew();
            using var program = await EmulatorProgram.StartAsync();
            using var client = new HttpClient { BaseAddress = program.Url };
            await client.GetStringAsync("db/");
            Report($"process started and answered, time {time}", watch.Elapsed.TotalMilliseconds, "ms");
            Report("  processor time of the process", program.ProcessorTime.TotalMilliseconds, "ms");
            Report("  working set", program.WorkingSet / 1e6, "MB");
        }

        for (var time = 1; time <= 3; time++)
        {
            var watch = Stopwatch.StartNew();
            await using var gateway = await SyncGatewayEmulator.StartAsync();
            using var client = new HttpClient { BaseAddress = gateway.PublicUrl };
            await client.GetStringAsync("db/");
            Report($"in this process, time {time}", watch.Elapsed.TotalMilliseconds, "ms");
        }
    }

    private static async Task WakeAsync()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        using var reader = new HttpClient { BaseAddress = gateway.PublicUrl };
        using var writer = new HttpClient { BaseAddress = gateway.PublicUrl };
        var times = new List<double>();
        for (var time = 0; time < 300; time++)
        {
            using var response = await reader.GetAsync(
                new Uri($"db/_changes?feed=longpoll&since={time + 1}&timeout=10000", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            using var content = new StringContent("{}");
            content.Headers.ContentType = new("application/json");
            var watch = Stopwatch.StartNew();
            var put = writer.PutAsync(new Uri($"db/{time}", UriKind.Relative), content);
            await response.Content.ReadAsStringAsync();
            times.Add(watch.Elapsed.TotalMilliseconds);
            (await put).Dispose();
        }

        times = [.. times.Skip(50).Order()];
        Report("longpoll wake, median", times[times.Count / 2], "ms");
        Report("longpoll wake, 99 of 100", times[times.Count * 99 / 100], "ms");
    }

    private static async Task GrowthAsync(int documents)
    {
        using var program = await EmulatorProgram.StartAsync();
        await FillAsync(program.Url, 0, 1_000);
        Report("a write at 1,000 documents", await CostAsync(program.Url, "early"), "µs");
        var before = program.WorkingSet;
        await FillAsync(program.Url, 1_000, documents);
        Report($"working set with {documents:N0} documents", program.WorkingSet / 1e6, "MB");
        Report("  more than with 1,000, for each", (program.WorkingSet - before) / (double)(documents - 1_000), "bytes");
        Report($"a write at {documents:N0} documents", await CostAsync(program.Url, "late"), "µs");
    }

    private static async Task FillAsync(Uri url, int from, int to)
    {
        using var client = new HttpClient { BaseAddress = url };
        await Parallel.ForAsync(from / 1_000, to / 1_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (batch, cancellationToken) =>
        {
            var documents = Enumerable.Range(batch * 1_000, 1_000).Select(number => $$"""{"_id":"document-{{number}}","action":"person_success","n":{{number}}}""");
            using var content = new StringContent($$"""{"docs":[{{string.Join(',', documents)}}]}""");
            content.Headers.ContentType = new("application/json");
            using var answer = await client.PostAsync(new Uri("db/_bulk_docs", UriKind.Relative), content, cancellationToken);
            answer.EnsureSuccessStatusCode();
        });
    }

    /// <summary>The median of single writes, in microseconds.</summary>
    private static async Task<double> CostAsync(Uri url, string name)
    {
        using var client = new HttpClient { BaseAddress = url };
        var times = new List<double>();
        for (var time = 0; time < 2_000; time++)
        {
            using var content = new StringContent("{}");
            content.Headers.ContentType = new("application/json");
            var start = Stopwatch.GetTimestamp();
            (await client.PutAsync(new Uri($"db/{name}-{time}", UriKind.Relative), content)).Dispose();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    public static void Report(string what, double value, string unit) => Console.WriteLine($"{what,-40} {value,12:N2} {unit}");
}
