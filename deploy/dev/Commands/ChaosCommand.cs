using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary>
/// <c>./dev chaos</c>: kills, freezes and disconnects every part during load, and counts lost, stuck and duplicated requests.
/// </summary>
internal sealed class ChaosCommand : Command
{
    private const int Misuse = 2;
    private static readonly string Results = Path.Combine(Repository.Root, "artifacts", "chaos", "results.tsv");

    private readonly Option<int> documents = new("--documents") { Description = "Requests per round", DefaultValueFactory = _ => 2_000 };
    private readonly Option<int> rounds = new("--rounds") { Description = "Rounds per case", DefaultValueFactory = _ => 3 };
    private readonly Option<string?> only = new("--case") { Description = "Only the case with this letter" };

    public ChaosCommand()
        : base("chaos", "Kill and freeze every part during load, and count lost, stuck and duplicated requests")
    {
        Add(documents.AtLeastOne());
        Add(rounds.AtLeastOne());
        Add(only);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        if (File.Exists(Results))
        {
            File.Delete(Results);
        }

        var exitCode = await DotNet.TestAsync(
            [
                "tests/ChaosTests", "--nologo", "--tl:off",
                "--logger", "console;verbosity=normal",
                "--filter", parseResult.GetValue(only) is { } letter ? $"TestCategory=Chaos-{letter}" : "TestCategory=Chaos",

                // One case at a time: another case's load would change how long a case takes.
                "--", "NUnit.NumberOfTestWorkers=0",
            ],
            new()
            {
                ["CHAOS_DOCUMENTS"] = $"{parseResult.GetValue(documents)}",
                ["CHAOS_ROUNDS"] = $"{parseResult.GetValue(rounds)}",
            },
            cancellationToken);

        if (!File.Exists(Results))
        {
            await Console.Error.WriteLineAsync("dev: No case ran. Is there a case with that letter? The letters are in tests/ChaosTests.");
            return exitCode == 0 ? Misuse : exitCode;
        }

        foreach (var line in await File.ReadAllLinesAsync(Results, cancellationToken))
        {
            Console.WriteLine(string.Concat(line.Split('\t').Select(cell => $" {cell,11}")));
        }

        return exitCode;
    }
}
