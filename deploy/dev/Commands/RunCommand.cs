using System.CommandLine;
using OfflineActions.Dev.LocalSystem;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev run</c>: runs the whole system on this machine.</summary>
internal sealed class RunCommand : Command
{
    private const int Misuse = 2;

    private readonly Option<bool> rabbitMq = new("--rabbitmq")
    {
        Description = "Run each service in its own process, with a private RabbitMQ",
    };

    private readonly Option<int> workers = new("--workers")
    {
        Description = "Number of workers, with --rabbitmq",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<string> ports = new("--ports")
    {
        Description = "'fixed' for the documented ports, 'auto' for free ones",
        DefaultValueFactory = _ => "fixed",
    };

    public RunCommand()
        : base("run", "Run the whole system in one process; options of that process go after -- (run -- --help lists them)")
    {
        ports.AcceptOnlyFromAmong("fixed", "auto");
        Add(rabbitMq);
        Add(workers.AtLeastOne(largest: 50));
        Add(ports);
        TreatUnmatchedTokensAsErrors = false;
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        if (!parseResult.GetValue(rabbitMq))
        {
            return await RunInOneProcessAsync(parseResult, cancellationToken);
        }

        if (parseResult.UnmatchedTokens is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"dev: run --rabbitmq has no option '{unknown}'.");
            return Misuse;
        }

        await BuildPageAsync(cancellationToken);
        await InstallTesseractAsync(cancellationToken);
        var count = parseResult.GetValue(workers);
        var chosen = parseResult.GetValue(ports) == "auto" ? SystemPorts.FindFree(count) : SystemPorts.Fixed(count);
        return await new RabbitMqSystem(chosen, Console.Out).RunAsync(cancellationToken);
    }

    private async Task<int> RunInOneProcessAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        if (parseResult.GetResult(workers) is { Implicit: false })
        {
            await Console.Error.WriteLineAsync("dev: --workers needs --rabbitmq.");
            return Misuse;
        }

        if (!parseResult.UnmatchedTokens.Contains("--once"))
        {
            await BuildPageAsync(cancellationToken);
            await InstallTesseractAsync(cancellationToken);
        }

        await DotNet.BuildServicesAsync(cancellationToken);
        return await ChildProcess.RunAsync(
            new ChildProcessOptions
            {
                Name = "DevHost",
                Program = Repository.DotNet,
                Arguments =
                [
                    "exec", Repository.Program("DevHost"), "--ports", parseResult.GetValue(ports)!, .. parseResult.UnmatchedTokens,
                ],
                WorkingDirectory = Path.Combine(Repository.Root, "services", "Development", "DevHost"),
            },
            cancellationToken);
    }

    // The system also runs without it, and then takes no pictures.
    private static async Task InstallTesseractAsync(CancellationToken cancellationToken)
    {
        if (await TesseractPackages.InstallAsync(cancellationToken) is { } missing)
        {
            await Console.Error.WriteLineAsync($"dev: {missing}");
        }
    }

    // The system also runs without the page.
    private static async Task BuildPageAsync(CancellationToken cancellationToken)
    {
        if (await WebPage.BuildAsync(cancellationToken) is { } missing)
        {
            await Console.Error.WriteLineAsync($"dev: {missing}");
        }
    }
}
