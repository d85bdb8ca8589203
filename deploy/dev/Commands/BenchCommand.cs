using System.CommandLine;
using System.Globalization;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev bench</c>: how fast requests go from the app's write to the answer, through every process.</summary>
internal sealed class BenchCommand : Command
{
    private readonly Option<int> documents = new("--documents") { Description = "how many requests a round", DefaultValueFactory = _ => 2_000 };
    private readonly Option<int> rounds = new("--rounds") { Description = "how many rounds of each", DefaultValueFactory = _ => 3 };
    private readonly Option<int> workers = new("--workers") { Description = "how many workers", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> against = new("--against")
    {
        Description = "another checkout, built, whose gateway and workers take turns with these",
    };

    public BenchCommand()
        : base("bench", "measure the way of a request from write to success")
    {
        Add(documents);
        Add(rounds);
        Add(workers);
        Add(against);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        await DotNet.BuildAsync("services/DevHost", cancellationToken);
        string[] checkouts = given.GetValue(against) is { } other ? [Repository.Root, Path.GetFullPath(other)] : [Repository.Root];
        var measured = checkouts.ToDictionary(checkout => checkout, _ => new List<BenchResult>());

        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        for (var round = 0; round <= given.GetValue(rounds); round++)
        {
            foreach (var checkout in checkouts)
            {
                var result = await BenchRound.RunAsync(broker.Url, checkout, given.GetValue(documents), given.GetValue(workers), cancellationToken);
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
            var ratio = Median(measured[ours]).PerSecond / Median(measured[theirs]).PerSecond;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"this checkout is {ratio:0.00} times as fast as the other"));
        }

        return 0;
    }

    private static BenchResult Median(List<BenchResult> results) => results.OrderBy(result => result.PerSecond).ElementAt(results.Count / 2);
}
