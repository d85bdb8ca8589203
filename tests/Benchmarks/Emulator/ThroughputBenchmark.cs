using System.Diagnostics;
using OfflineActions.Emulators;
using static OfflineActions.Benchmarks.Emulator.EmulatorBenchmark;

namespace OfflineActions.Benchmarks.Emulator;

/// <summary>
/// Writes and reads of small documents, compared with a JSON echo on the same web server. Client and server share the process, so all numbers
/// contain the cost of the client, which is the same for both. Processor time hardly depends on what else the machine does; rates do.
/// </summary>
internal static class ThroughputBenchmark
{
    private const int Connections = 32;
    private const int Seconds = 3;
    private const int Rounds = 4;

    /// <summary>The number of documents that each connection reads.</summary>
    private const int Documents = 1_000;

    /// <summary>Alternates the servers, so that a change of the machine's speed shows.</summary>
    /// <param name="ahead">How many requests go out on a connection before their answers are read.</param>
    public static async Task RunAsync(int ahead)
    {
        await using var echo = await EchoServer.StartAsync();
        var (puts, gets) = (new List<Ratio>(), new List<Ratio>());
        for (var round = 0; round < Rounds; round++)
        {
            // A new emulator each time: a round must not collect the garbage of another one.
            await using var gateway = await SyncGatewayEmulator.StartAsync();
            await MeasureAsync(new(echo.Url, "warm", Connections, ahead), seconds: 1);
            await MeasureAsync(new(gateway.PublicUrl, "db/read", Connections, ahead, fill: Documents), seconds: 2);
            await MeasureAsync(new(gateway.PublicUrl, "db/read", Connections, ahead, existing: Documents), seconds: 1);

            var plain = await ReportAsync($"echo, {ahead} ahead", new(echo.Url, "", Connections, ahead));
            puts.Add(Ratio.Of(plain, await ReportAsync($"PUTs, {ahead} ahead", new(gateway.PublicUrl, "db/", Connections, ahead))));
            plain = await ReportAsync($"GETs of the echo, {ahead} ahead", new(echo.Url, "", Connections, ahead, existing: Documents));
            gets.Add(Ratio.Of(plain, await ReportAsync($"GETs, {ahead} ahead", new(gateway.PublicUrl, "db/read", Connections, ahead, existing: Documents))));
        }

        Report($"PUTs by echo, {ahead} ahead, mean", puts.Average(ratio => ratio.Rate), "");
        Report("  by processor time", puts.Average(ratio => ratio.Processor), "");
        Report($"GETs by echo, {ahead} ahead, mean", gets.Average(ratio => ratio.Rate), "");
        Report("  by processor time", gets.Average(ratio => ratio.Processor), "");
    }

    private static async Task<Cost> ReportAsync(string what, RawLoad load)
    {
        GC.Collect();
        var (allocated, paused, collected) = (GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration(), Collections());
        var cost = await MeasureAsync(load, Seconds);
        Report(what, cost.Rate, "a second");
        Report("  processor time for each", cost.Microseconds, "µs");
        Report("  allocated for each", (GC.GetTotalAllocatedBytes() - allocated) / (cost.Rate * Seconds), "bytes");
        Report($"  collecting garbage, {string.Join('/', Collections().Zip(collected, (now, then) => now - then))} times", (GC.GetTotalPauseDuration() - paused) / TimeSpan.FromSeconds(Seconds) * 100, "% of the time");
        return cost;
    }

    /// <summary>The collections of each generation.</summary>
    private static int[] Collections() => [.. Enumerable.Range(0, 1 + GC.MaxGeneration).Select(GC.CollectionCount)];

    private static async Task<Cost> MeasureAsync(RawLoad load, int seconds)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var answers = await load.RunAsync(TimeSpan.FromSeconds(seconds));
        process.Refresh();
        return new(answers / (double)seconds, (process.TotalProcessorTime - before).TotalMicroseconds / answers);
    }

    /// <param name="Rate">Requests a second.</param>
    /// <param name="Microseconds">Processor time of client and server for a request.</param>
    private readonly record struct Cost(double Rate, double Microseconds);

    /// <summary>The speed of the emulator, with the echo's as 1.</summary>
    private readonly record struct Ratio(double Rate, double Processor)
    {
        public static Ratio Of(Cost echo, Cost emulator) => new(emulator.Rate / echo.Rate, echo.Microseconds / emulator.Microseconds);
    }
}
