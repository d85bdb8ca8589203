using System.CommandLine;
using System.Diagnostics;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev test</c>: builds once, runs the test projects, and adds up their results.</summary>
internal sealed class TestCommand : Command
{
    private const int Misuse = 2;
    private static readonly string Results = Path.Combine(Repository.Root, "artifacts", "test-results");
    private static readonly string Kinds = string.Join(' ', TestKind.All.Select(kind => kind.Name));

    private readonly Option<string> configuration = new("--configuration", "-c")
    {
        Description = "Debug or Release",
        DefaultValueFactory = _ => "Debug",
    };

    private readonly Option<bool> noBuild = new("--no-build") { Description = "Test what was built last" };

    public TestCommand()
        : base("test", $"Run all tests, or some kinds ({Kinds}); other arguments go to dotnet test: test unit --filter Name~Checkpoint")
    {
        Add(configuration);
        Add(noBuild);
        TreatUnmatchedTokensAsErrors = false;
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        var names = parseResult.UnmatchedTokens.TakeWhile(token => !token.StartsWith('-')).ToList();
        if (names.Find(name => TestKind.All.All(kind => kind.Name != name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"dev: There are no tests of kind '{unknown}'. Kinds: {Kinds}.");
            return Misuse;
        }

        var kinds = names is [] ? TestKind.All : [.. TestKind.All.Where(kind => names.Contains(kind.Name))];
        var runnable = await PrepareAsync(kinds, cancellationToken);
        string[] options = ["--configuration", parseResult.GetValue(configuration)!, "--nologo", "--tl:off"];
        if (!parseResult.GetValue(noBuild))
        {
            await BuildAsync(runnable, options, cancellationToken);
        }

        if (Directory.Exists(Results))
        {
            Directory.Delete(Results, recursive: true);
        }

        return await TestAsync(runnable, [.. options, .. parseResult.UnmatchedTokens.Skip(names.Count)], cancellationToken);
    }

    private static async Task<IReadOnlyList<TestKind>> PrepareAsync(IReadOnlyList<TestKind> kinds, CancellationToken cancellationToken)
    {
        var runnable = new List<TestKind>();
        foreach (var kind in kinds)
        {
            if (await kind.PrepareAsync(cancellationToken) is { } missing)
            {
                Console.WriteLine($"The {kind.Name} tests do not run: {missing}");
            }
            else
            {
                runnable.Add(kind);
            }
        }

        return runnable;
    }

    private static async Task BuildAsync(IReadOnlyList<TestKind> kinds, string[] options, CancellationToken cancellationToken)
    {
        string[] projects = kinds.Count == TestKind.All.Count ? ["Microservices.sln"] : [.. kinds.Select(kind => kind.Project)];
        foreach (var project in projects)
        {
            await DotNet.BuildAsync(project, options, cancellationToken);
        }
    }

    // One after the other: on a machine of two cores, test programs that compute make each other's deadlines pass.
    private static async Task<int> TestAsync(IReadOnlyList<TestKind> kinds, string[] arguments, CancellationToken cancellationToken)
    {
        var rows = kinds.ToLookup(kind => kind.MostlyWaits);
        var results = await Task.WhenAll(
            RunRowAsync(rows[false], arguments, namesLines: rows[true].Any(), cancellationToken),
            RunRowAsync(rows[true], arguments, namesLines: rows[false].Any(), cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();

        var total = TestSummary.Read(Results);
        Console.WriteLine($"{string.Join('\n', results.SelectMany(row => row).Select(result => result.Line))}\n{total}");
        return results.SelectMany(row => row).FirstOrDefault(result => result.ExitCode != 0) is { ExitCode: not 0 and var failed }
            ? failed
            : total.ExitCode;
    }

    private static async Task<List<(int ExitCode, string Line)>> RunRowAsync(
        IEnumerable<TestKind> kinds, string[] arguments, bool namesLines, CancellationToken cancellationToken)
    {
        var results = new List<(int, string)>();
        foreach (var kind in kinds)
        {
            var folder = Path.Combine(Results, kind.Name);
            var time = Stopwatch.StartNew();
            string[] filter = kind.LeftOut is { } leftOut && !arguments.Contains("--filter") ? ["--filter", $"TestCategory!={leftOut}"] : [];
            var exitCode = await DotNet.TestAsync(
                [
                    kind.Project, "--no-build", "--logger", "console;verbosity=normal",
                    "--logger", "trx", "--results-directory", folder, .. filter, .. arguments,
                ],
                // Without the counters of profile-guided optimization, programs that live for seconds need a tenth less processor time.
                new() { ["DOTNET_TieredPGO"] = "0" },
                cancellationToken,
                namesLines ? line => Console.WriteLine($"{kind.Name,-10} {line}") : null);
            cancellationToken.ThrowIfCancellationRequested();
            results.Add((exitCode, $"{kind.Name,-10} {TestSummary.Read(folder)} in {time.Elapsed.TotalSeconds:0} s"));
        }

        return results;
    }
}
