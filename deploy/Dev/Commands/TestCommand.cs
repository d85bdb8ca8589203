using System.CommandLine;

namespace Dev.Commands;

/// <summary><c>./dev test</c>: builds, runs all tests with a real RabbitMQ, and counts.</summary>
internal sealed class TestCommand : Command
{
    public TestCommand()
        : base("test", "build and run all tests; other arguments go to dotnet test")
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction(Run);
    }

    private static async Task<int> Run(ParseResult given, CancellationToken cancelled)
    {
        Console.WriteLine($"Broker for the tests: {await TestBroker.Find(cancelled)}");
        var arguments = given.UnmatchedTokens;
        if (await TestBrowser.Prepare(cancelled) is { } missing)
        {
            Console.WriteLine($"Without the tests of the page. {missing}");
            arguments = TestFilter.Without("Browser", arguments);
        }

        var results = Path.Combine(Repository.Root, "artifacts", "test-results");
        if (Directory.Exists(results))
        {
            Directory.Delete(results, recursive: true);
        }

        var exitCode = await DotNet.Test(
            [
                "Microservices.sln", "--nologo", "--tl:off",
                "--logger", "console;verbosity=normal",
                "--logger", "trx",
                "--results-directory", results,
                .. arguments,
            ],
            [],
            cancelled);
        cancelled.ThrowIfCancellationRequested();

        var summary = TestSummary.Read(results);
        Console.WriteLine(summary);
        return exitCode != 0 ? exitCode : summary.ExitCode;
    }
}
