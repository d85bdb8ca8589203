using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev test</c>: builds, runs all tests with a real RabbitMQ, and counts.</summary>
internal sealed class TestCommand : Command
{
    public TestCommand()
        : base("test", "build and run all tests; other arguments go to dotnet test")
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction(RunAsync);
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        Console.WriteLine($"Broker for the tests: {await TestBroker.FindAsync(cancellationToken)}");
        var arguments = given.UnmatchedTokens;
        if (await TestBrowser.PrepareAsync(cancellationToken) is { } missing)
        {
            Console.WriteLine($"Without the tests of the page. {missing}");
            arguments = TestFilter.Without("Browser", arguments);
        }

        var results = Path.Combine(Repository.Root, "artifacts", "test-results");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        var exitCode = await DotNet.TestAsync(
            [
                "Microservices.sln", "--nologo", "--tl:off",
                "--logger", "console;verbosity=normal",
                "--logger", "trx",
                "--results-directory", results,
                .. arguments,
            ],
            [],
            cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        var summary = TestSummary.Read(results);
        Console.WriteLine(summary);
        return exitCode != 0 ? exitCode : summary.ExitCode;
    }
}
