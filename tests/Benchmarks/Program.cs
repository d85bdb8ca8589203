using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OfflineActions.Benchmarks.Emulator;
using OfflineActions.Benchmarks.Memory;
using OfflineActions.Benchmarks.Micro;
using OfflineActions.Benchmarks.Pictures;

switch (args)
{
    case ["emulator", ..] when await EmulatorBenchmark.RunAsync(args[1..]):
        return 0;
    case ["open-requests", ..] when OpenRequestsBenchmark.Run(args[1..]):
        return 0;
    case ["image-text", ..] when await ImageTextBenchmark.RunAsync(args[1..]):
        return 0;
    case ["micro", ..]:
        // In this process: a project of its own, as BenchmarkDotNet builds one otherwise, would not find this repository's settings.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
        var filter = args.Length > 1 ? args[1..] : ["*"];
        BenchmarkSwitcher.FromAssembly(typeof(WebhookBenchmarks).Assembly).Run(["--filter", .. filter], config);
        return 0;
    default:
        Console.Error.WriteLine("""
            Say what to measure:
              emulator [start | throughput [ahead] | wake | memory [documents]]   the emulated Sync Gateway
              image-text [number]                                        pictures a minute, the worker's memory, wrong letters
              open-requests [number]                                     the memory of open requests in a gateway
              micro [filter]                                             small parts of gateway and worker, for example micro *Webhook*
            """);
        return 1;
}
