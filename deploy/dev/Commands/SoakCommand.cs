using System.CommandLine;
using System.Diagnostics;
using OfflineActions.Dev.LocalSystem;

namespace OfflineActions.Dev.Commands;

/// <summary>
/// <c>./dev soak</c>: constant load for minutes while a worker is killed now and then; fails if memory, connections or queues grow.
/// </summary>
internal sealed class SoakCommand : Command
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KillInterval = TimeSpan.FromSeconds(25);

    private readonly Option<int> minutes = new("--minutes") { Description = "Duration", DefaultValueFactory = _ => 10 };
    private readonly Option<int> rate = new("--rate") { Description = "Requests per second", DefaultValueFactory = _ => 50 };

    public SoakCommand()
        : base("soak", "Run constant load for minutes, and fail if memory, connections or queues grow")
    {
        Add(minutes.AtLeastOne());
        Add(rate.AtLeastOne());
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        await DotNet.BuildServicesAsync(cancellationToken);
        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        await using var system = await SoakSystem.StartAsync(broker, workers: 2, cancellationToken);

        var samples = new List<SoakSample>();
        var time = Stopwatch.StartNew();
        var killed = TimeSpan.Zero;
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = system.WriteAsync(parseResult.GetValue(rate), load.Token);
        Console.WriteLine(SoakSample.Header);
        while (time.Elapsed < TimeSpan.FromMinutes(parseResult.GetValue(minutes)))
        {
            await Task.Delay(SampleInterval, cancellationToken);
            if (time.Elapsed - killed >= KillInterval)
            {
                await system.ReplaceWorkerAsync(cancellationToken);
                killed = time.Elapsed;
            }

            samples.Add(await system.SampleAsync(time.Elapsed, cancellationToken));
            Console.WriteLine(samples[^1]);
        }

        await load.CancelAsync();
        await writing;
        var last = await SampleIdleAsync(system, time, cancellationToken);
        Console.WriteLine(last);
        return Judge(samples, last);
    }

    private static async Task<SoakSample> SampleIdleAsync(SoakSystem system, Stopwatch time, CancellationToken cancellationToken)
    {
        var deadline = time.Elapsed + TimeSpan.FromMinutes(1);
        SoakSample sample;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(2), cancellationToken);
            sample = await system.SampleAsync(time.Elapsed, cancellationToken);
        }
        while ((sample.Open, sample.Messages) is not (0, 0) && time.Elapsed < deadline);

        return sample;
    }

    // The first quarter is the warm-up. After it, memory may grow by a quarter plus 32 MB, which garbage collection explains; a leak
    // exceeds that.
    private static int Judge(List<SoakSample> samples, SoakSample last)
    {
        var warm = samples[samples.Count / 4];
        string[] problems =
        [
            .. last.Open == 0 ? [] : new[] { $"{last.Open} requests are open" },
            .. last.Messages == 0 ? [] : new[] { $"{last.Messages} messages are in queues" },
            .. last.Connections <= warm.Connections ? [] : new[] { $"connections grew from {warm.Connections} to {last.Connections}" },
            .. Memory("gateway", warm.GatewayMegabytes, last.GatewayMegabytes),
            .. Memory("worker", warm.WorkerMegabytes, last.WorkerMegabytes),
        ];
        Console.WriteLine(problems is [] ? "Nothing grew; no request is open." : string.Join("; ", problems));
        return problems is [] ? 0 : 1;

        static string[] Memory(string service, long before, long now) =>
            now <= (before * 1.25) + 32 ? [] : [$"the {service}'s memory grew from {before} MB to {now} MB"];
    }
}
