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
    private const int Webhooks = 20_000;
    private const int Open = ComparisonSize.ComparedBacklog;
    private const int ManyWorkers = 4;

    /// <summary>Longer than a service waits after a burst before it gives memory back.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(130);

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
            List<ProfileTable> tables = [];
            await ProfileAsync(tables, broker, Path.Combine(folder.FullName, "perf.data"), cancellationToken);
            tables.Add(await MeasureBurstMemoryAsync(broker, cancellationToken));
            tables.Add(await MeasureOpenRequestsAsync(broker, cancellationToken));
            var text = new ProfileReport(tables).ToMarkdown();
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
    private static async Task ProfileAsync(List<ProfileTable> tables, LocalRabbitMq broker, string file, CancellationToken cancellationToken)
    {
        var profiled = StackVariant.Ours with { IsProfiled = true };
        var starting = PerfRecording.Start(file);
        await using (var run = await StackRun.StartAsync(profiled, broker, cancellationToken))
        {
            var (gatewayTime, workerTime) = (run.GatewayProcesses.Sum(Milliseconds), run.WorkerProcesses.Sum(Milliseconds));
            tables.Add(await StopAsync("Start to the first result, ms", starting, run, gatewayTime, workerTime, decimals: 0));
            await AddAsync($"{Part.Cold} ({First:N0})", run, () => run.BurstAsync(First, cancellationToken));
            await run.BurstAsync(Burst, cancellationToken);
            await AddAsync($"{Part.Warm} after {First + Burst:N0} requests", run, () => run.BurstAsync(Burst, cancellationToken));
            await AddAsync(Part.Paced, run, () => run.PacedAsync(Paced, ComparisonSize.Rate, cancellationToken));
        }

        await using (var run = await StackRun.StartAsync(profiled with { Cache = false }, broker, cancellationToken))
        {
            await run.BurstAsync(First, cancellationToken);
            await AddAsync($"{Part.Uncached}, after {First:N0} requests", run, () => run.BurstAsync(Burst, cancellationToken));
            await AddAsync($"{Part.Uncached}, after {First + Burst:N0} requests", run, () => run.BurstAsync(Burst, cancellationToken));
        }

        await using (var run = await StackRun.StartAsync(profiled with { Workers = ManyWorkers }, broker, cancellationToken))
        {
            await run.BurstAsync(First, cancellationToken);
            await AddAsync($"{Part.Workers(ManyWorkers)}, after {First:N0} requests", run, () => run.BurstAsync(Burst, cancellationToken));
        }

        await using (var run = await StackRun.StartWithBacklogAsync(profiled, broker, 1, cancellationToken))
        {
            await run.WebhooksAsync(First, cancellationToken);
            await AddAsync($"{Part.Webhooks}, after {First:N0} webhooks", run, () => run.WebhooksAsync(Webhooks, cancellationToken));
        }

        async Task AddAsync(string title, StackRun run, Func<Task<StackLoad>> loadAsync)
        {
            var recording = PerfRecording.Start(file);
            var load = await loadAsync();
            tables.Add(await StopAsync($"{title}, ms a request", recording, run, load.Gateway, load.Workers, decimals: 3));
        }

        async Task<ProfileTable> StopAsync(string title, PerfRecording recording, StackRun run, double gateway, double workers, int decimals)
        {
            await using (recording)
            {
                var samples = await recording.StopAsync([.. run.GatewayProcesses, .. run.WorkerProcesses], cancellationToken);
                var columns = new List<ProfileColumn> { ProfileColumn.OfTime("gateway", gateway, samples.SharesOf(run.GatewayProcesses)) };
                if (run.WorkerProcesses.Count > 0)
                {
                    var name = run.WorkerProcesses.Count == 1 ? "worker" : "workers";
                    columns.Add(ProfileColumn.OfTime(name, workers, samples.SharesOf(run.WorkerProcesses)));
                }

                return new ProfileTable(title, "code", columns, decimals);
            }
        }

        static double Milliseconds(int process) => ProcessUsage.ProcessorTime(process).TotalMilliseconds;
    }

    /// <summary>Measures without perf: the names that a process writes for perf take memory, too.</summary>
    private static async Task<ProfileTable> MeasureBurstMemoryAsync(LocalRabbitMq broker, CancellationToken cancellationToken)
    {
        await using var run = await StackRun.StartAsync(StackVariant.Ours, broker, cancellationToken);
        await run.BurstAsync(First + Burst, cancellationToken);
        return MemoryTable($"Memory after {First + Burst:N0} requests, MB", Memory("gateway", run.GatewayProcesses), Memory("worker", run.WorkerProcesses));
    }

    /// <summary>
    /// What open requests cost a gateway. A service gives memory back once in ten minutes, so that one process shows what open requests
    /// need, and another what is left when they are done.
    /// </summary>
    private static async Task<ProfileTable> MeasureOpenRequestsAsync(LocalRabbitMq broker, CancellationToken cancellationToken)
    {
        List<ProfileColumn> columns = [];
        await using (var run = await StackRun.StartWithBacklogAsync(StackVariant.Ours, broker, First, cancellationToken))
        {
            columns.Add(Memory($"{First:N0} open", run.GatewayProcesses));
        }

        await using (var run = await StackRun.StartWithBacklogAsync(StackVariant.Ours, broker, Open, cancellationToken))
        {
            columns.Add(Memory($"{Open:N0} open", run.GatewayProcesses));
            await Task.Delay(Quiet, cancellationToken);
            columns.Add(Memory("two quiet minutes later", run.GatewayProcesses));
        }

        await using (var run = await StackRun.StartWithBacklogAsync(StackVariant.Ours, broker, Open, cancellationToken))
        {
            await run.DrainAsync(Open, cancellationToken);
            columns.Add(Memory("all done", run.GatewayProcesses));
            await Task.Delay(Quiet, cancellationToken);
            columns.Add(Memory("two quiet minutes later", run.GatewayProcesses));
        }

        return MemoryTable("Memory of a gateway with open requests, MB", [.. columns]);
    }

    private static ProfileTable MemoryTable(string title, params IReadOnlyList<ProfileColumn> columns) => new(title, "for", columns, Decimals: 0);

    private static ProfileColumn Memory(string name, IReadOnlyList<int> process) =>
        ProfileColumn.OfMemory(name, MemoryKinds.Read(File.ReadLines($"/proc/{process.Single()}/smaps")));
}
