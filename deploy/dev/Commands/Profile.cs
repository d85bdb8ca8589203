using System.Runtime.Versioning;
using OfflineActions.Dev.Comparison;
using OfflineActions.Dev.Profiling;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev bench --profile</c>: shows in which code the processor time of gateway and worker goes, and what their memory holds.</summary>
internal static class Profile
{
    private const int First = 2_000;
    private const int Burst = 10_000;
    private const int Paced = 2_000;

    private static readonly string Report = Path.Combine(Repository.Root, "docs", "profile.md");

    /// <summary>Measures, prints the tables, and writes the report.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("dev: The profile needs perf, which Linux alone has.");
            return 1;
        }

        await PerfRecording.PrepareAsync(cancellationToken);
        await DotNet.BuildServicesAsync(cancellationToken, "Release");
        var folder = Directory.CreateTempSubdirectory("offline-actions-profile-");
        try
        {
            await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
            var parts = await ProfileAsync(broker, Path.Combine(folder.FullName, "perf.data"), cancellationToken);
            var text = new ProfileReport(parts, await MeasureMemoryAsync(broker, cancellationToken)).ToMarkdown();
            Console.WriteLine(text);
            Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
            await File.WriteAllTextAsync(Report, text, cancellationToken);
            Console.WriteLine($"The report: {Report}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    [SupportedOSPlatform("linux")]
    private static async Task<IReadOnlyList<ProfiledPart>> ProfileAsync(LocalRabbitMq broker, string file, CancellationToken cancellationToken)
    {
        var starting = PerfRecording.Start(file);
        await using var run = await StackRun.StartAsync(StackVariant.Ours with { IsProfiled = true }, broker, cancellationToken);
        var (gateway, worker) = (run.GatewayProcesses.Single(), run.WorkerProcesses.Single());
        var (gatewayTime, workerTime) = (ProcessUsage.ProcessorTime(gateway), ProcessUsage.ProcessorTime(worker));
        var parts = new List<ProfiledPart> { new("Start to the first result, ms", gatewayTime.TotalMilliseconds, workerTime.TotalMilliseconds, await StopAsync(starting)) };

        await AddAsync($"{Part.Cold} ({First:N0}), ms a request", () => run.BurstAsync(First, cancellationToken));
        await run.BurstAsync(Burst, cancellationToken);
        await AddAsync($"{Part.Warm} after {First + Burst:N0} requests, ms a request", () => run.BurstAsync(Burst, cancellationToken));
        await AddAsync($"{Part.Paced}, ms a request", () => run.PacedAsync(Paced, ComparisonSize.Rate, cancellationToken));
        return parts;

        async Task AddAsync(string name, Func<Task<StackLoad>> loadAsync)
        {
            var recording = PerfRecording.Start(file);
            var load = await loadAsync();
            parts.Add(new ProfiledPart(name, load.Gateway, load.Workers, await StopAsync(recording)));
        }

        async Task<ProfiledSamples> StopAsync(PerfRecording recording)
        {
            await using (recording)
            {
                var samples = await recording.StopAsync([gateway, worker], cancellationToken);
                return new ProfiledSamples(samples.SharesOf(gateway), samples.SharesOf(worker));
            }
        }
    }

    /// <summary>Measures without perf: the names that a process writes for perf take memory, too.</summary>
    private static async Task<ProfiledMemory> MeasureMemoryAsync(LocalRabbitMq broker, CancellationToken cancellationToken)
    {
        await using var run = await StackRun.StartAsync(StackVariant.Ours, broker, cancellationToken);
        await run.BurstAsync(First + Burst, cancellationToken);
        return new ProfiledMemory(Read(run.GatewayProcesses.Single()), Read(run.WorkerProcesses.Single()));

        static IReadOnlyDictionary<string, long> Read(int process) => MemoryKinds.Read(File.ReadLines($"/proc/{process}/smaps"));
    }
}
