using System.CommandLine;
using System.Globalization;
using OfflineActions.Dev.Comparison;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev bench</c>: measures throughput and latency from the app's write to the result, through every process.</summary>
internal sealed class BenchCommand : Command
{
    private const int WarmUp = 2_000;

    private readonly Option<int> documents = new("--documents") { Description = "Requests per round", DefaultValueFactory = _ => 2_000 };
    private readonly Option<int> rounds = new("--rounds") { Description = "Rounds per checkout", DefaultValueFactory = _ => 3 };
    private readonly Option<int> workers = new("--workers") { Description = "Number of workers", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> against = new("--against")
    {
        Description = "Folder of another checkout, built with dotnet build -c Release, whose gateway and workers are measured in turns with these",
    };

    private readonly Option<bool> celery = new("--celery")
    {
        Description = "Measure the same job with Flask and Celery in turns with this checkout, and write docs/benchmarks.md",
    };

    private readonly Option<bool> slow = new("--slow")
    {
        Description = "Persons are not cached, and after a burst for comparison every answer of SWAPI takes 200 ms",
    };

    private readonly Option<bool> quick = new("--quick") { Description = "With --celery: measure little, in under five minutes" };

    private readonly Option<bool> profile = new("--profile")
    {
        Description = "Show in which code processor time and memory go (Linux, with perf), and write docs/profile.md",
    };

    public BenchCommand()
        : base("bench", "Measure requests per second, the time from the app's write to person_success, and (on Linux) processor time")
    {
        Add(documents.AtLeastOne());
        Add(rounds.AtLeastOne());
        Add(workers.AtLeastOne());
        Add(against);
        Add(slow);
        Add(celery);
        Add(quick);
        Add(profile);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        if (parseResult.GetValue(celery))
        {
            return await CeleryComparison.RunAsync(parseResult.GetValue(quick), cancellationToken);
        }

        if (parseResult.GetValue(profile))
        {
            return await Profile.RunAsync(cancellationToken);
        }

        await DotNet.BuildServicesAsync(cancellationToken, "Release");
        string[] checkouts = parseResult.GetValue(against) is { } other ? [Repository.Root, Path.GetFullPath(other)] : [Repository.Root];
        var measured = checkouts.ToDictionary(checkout => checkout, _ => new List<StackLoad>());

        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        for (var round = 0; round <= parseResult.GetValue(rounds); round++)
        {
            foreach (var checkout in checkouts)
            {
                var isSlow = parseResult.GetValue(slow);
                var variant = StackVariant.Ours with { Workers = parseResult.GetValue(workers), Checkout = checkout, Cache = !isSlow };
                await using var run = await StackRun.StartAsync(variant, broker, cancellationToken);
                // The first requests of a process pay for its compilation.
                await run.BurstAsync(WarmUp, cancellationToken);
                if (isSlow)
                {
                    Console.WriteLine($"quick    {await run.BurstAsync(parseResult.GetValue(documents), cancellationToken)}  {checkout}");
                    await run.SlowSwapiAsync(StackComparison.Slowness, cancellationToken);
                }

                var result = await run.BurstAsync(parseResult.GetValue(documents), cancellationToken);
                Console.WriteLine($"{(round == 0 ? "warm-up" : $"round {round}"),-8} {result}  {checkout}");
                if (round > 0)
                {
                    measured[checkout].Add(result);
                }
            }
        }

        foreach (var (checkout, results) in measured)
        {
            Console.WriteLine($"median   {Median(results)}  {checkout}");
        }

        if (checkouts is [var ours, var theirs])
        {
            var speed = Median(measured[ours]).Seen.PerSecond / Median(measured[theirs]).Seen.PerSecond;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"This checkout runs at {speed:0.00} times the speed of the other."));
        }

        if (OperatingSystem.IsLinux() && checkouts is [var here, var there])
        {
            var cost = measured[here].Zip(measured[there], (one, other) => one.Own / other.Own).Order().ElementAt(measured[here].Count / 2);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A request takes {cost:0.00} times the processor time of the other."));
        }

        return 0;
    }

    private static StackLoad Median(List<StackLoad> results) =>
        results.OrderBy(result => result.Seen.PerSecond).ElementAt(results.Count / 2);
}
