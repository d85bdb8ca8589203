using System.Diagnostics;
using System.Globalization;
using OfflineActions.Emulators;

namespace OfflineActions.Benchmarks.Emulator;

/// <summary>Measures speed and memory of the emulated Sync Gateway, compared with a JSON echo on the same web server.</summary>
internal static class EmulatorBenchmark
{
    private const int Connections = 32;

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
                await ThroughputAsync(ahead: 1);
                await ThroughputAsync(ahead: 16);
                return true;
            case ["wake"]:
                await WakeAsync();
                return true;
            case ["memory"]:
                await GrowthAsync(1_000_000);
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
            await using var gateway = await SyncGatewayEmulator.StartAsync();
            using var client = new HttpClient { BaseAddress = gateway.PublicUrl };
            await client.GetStringAsync("db/");
            Report($"ready and answered, start {time}", watch.Elapsed.TotalMilliseconds, "ms");
        }
    }

    /// <summary>Alternates both servers, so that a change of the machine's speed shows.</summary>
    private static async Task ThroughputAsync(int ahead)
    {
        await using var echo = await EchoServer.StartAsync();
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        var ratios = new List<double>();
        var round = 0;
        await LoadAsync(echo.Url, "warm", 1, ahead);
        await LoadAsync(gateway.PublicUrl, "db/warm", 2, ahead);
        for (var time = 0; time < 4; time++)
        {
            var plain = await CountedAsync($"echo, {ahead} ahead", echo.Url, $"{round++}-", ahead);
            var puts = await CountedAsync($"documents, {ahead} ahead", gateway.PublicUrl, $"db/{round++}-", ahead);
            ratios.Add(puts / plain);
        }

        Report($"documents by echo, {ahead} ahead, mean", ratios.Average(), "");
    }

    /// <summary>Both numbers include the allocations of the client, which are equal.</summary>
    private static async Task<double> CountedAsync(string what, Uri url, string prefix, int ahead)
    {
        const int Seconds = 3;
        var (before, paused) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration());
        var rate = await LoadAsync(url, prefix, Seconds, ahead);
        Report(what, rate, "PUTs/s");
        Report("  allocated for each", (GC.GetTotalAllocatedBytes() - before) / (rate * Seconds), "bytes");
        Report("  collecting garbage", (GC.GetTotalPauseDuration() - paused) / TimeSpan.FromSeconds(Seconds) * 100, "% of the time");
        return rate;
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
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await FillAsync(gateway.PublicUrl, 0, 1_000);
        Report("a write at 1,000 documents", await CostAsync(gateway.PublicUrl, "early"), "µs");
        await FillAsync(gateway.PublicUrl, 1_000, documents);
        Report($"a write at {documents:N0} documents", await CostAsync(gateway.PublicUrl, "late"), "µs");
        Report($"memory of {documents:N0} documents", (GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6, "MB");
        Report("working set", Process.GetCurrentProcess().WorkingSet64 / 1e6, "MB");
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

    private static async Task<double> LoadAsync(Uri url, string prefix, int seconds, int ahead) =>
        await new RawLoad(url, prefix, Connections, ahead).RunAsync(TimeSpan.FromSeconds(seconds));

    private static void Report(string what, double value, string unit) => Console.WriteLine($"{what,-40} {value,12:N2} {unit}");
}
