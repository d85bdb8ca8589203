using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev chaos</c>: kills, freezes and unplugs every part while requests are worked on, and counts what comes of them.</summary>
internal sealed class ChaosCommand : Command
{
    private const int Misuse = 2;
    private static readonly string Results = Path.Combine(Repository.Root, "artifacts", "chaos", "results.tsv");

    private readonly Option<int> documents = new("--documents") { Description = "how many requests a round", DefaultValueFactory = _ => 2_000 };
    private readonly Option<int> rounds = new("--rounds") { Description = "how many rounds of each case", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> only = new("--case") { Description = "only the case of that letter" };

    public ChaosCommand()
        : base("chaos", "break every part in the middle of the work, and count what is lost")
    {
        Add(documents);
        Add(rounds);
        Add(only);
        foreach (var number in new[] { documents, rounds })
        {
            number.Validators.Add(given =>
            {
                if (given.GetValue(number) < 1)
                {
                    given.AddError($"{number.Name} takes a number from 1 on.");
                }
            });
        }

        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        if (File.Exists(Results))
        {
            File.Delete(Results);
        }

        var exitCode = await DotNet.TestAsync(
            [
                "tests/Microservices.Tests", "--nologo", "--tl:off",
                "--logger", "console;verbosity=normal",
                "--filter", given.GetValue(only) is { } letter ? $"TestCategory=Chaos-{letter}" : "TestCategory=Chaos",
            ],
            new()
            {
                ["CHAOS_DOCUMENTS"] = $"{given.GetValue(documents)}",
                ["CHAOS_ROUNDS"] = $"{given.GetValue(rounds)}",
            },
            cancellationToken);

        if (!File.Exists(Results))
        {
            await Console.Error.WriteLineAsync("dev: nothing was run. Is there a case of that letter?");
            return exitCode == 0 ? Misuse : exitCode;
        }

        foreach (var line in await File.ReadAllLinesAsync(Results, cancellationToken))
        {
            Console.WriteLine(string.Concat(line.Split('\t').Select(cell => $"{cell,12}")));
        }

        return exitCode;
    }
}
