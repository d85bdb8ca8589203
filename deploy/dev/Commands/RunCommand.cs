using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev run</c>: the whole system on this machine.</summary>
internal sealed class RunCommand : Command
{
    private readonly Option<bool> rabbitMq = new("--rabbitmq") { Description = "each service in its own process, around a private RabbitMQ" };
    private readonly Option<int> workers = new("--workers") { Description = "with --rabbitmq: how many workers", DefaultValueFactory = _ => 2 };
    private readonly Option<string> ports = new("--ports") { Description = "fixed, or auto for free ones", DefaultValueFactory = _ => "fixed" };

    public RunCommand()
        : base("run", "run everything in one process; its own options go after --")
    {
        ports.AcceptOnlyFromAmong("fixed", "auto");
        workers.Validators.Add(given =>
        {
            if (given.GetValue(workers) is < 1 or > 50)
            {
                given.AddError("--workers takes a number from 1 to 50.");
            }
        });
        Add(rabbitMq);
        Add(workers);
        Add(ports);
        TreatUnmatchedTokensAsErrors = false;
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        if (!given.GetValue(rabbitMq))
        {
            return await RunInOneProcessAsync(given, cancellationToken);
        }

        if (given.UnmatchedTokens is [var unknown, ..])
        {
            await Console.Error.WriteLineAsync($"dev: run --rabbitmq does not know '{unknown}'.");
            return 2;
        }

        await BuildPageAsync(cancellationToken);
        var count = given.GetValue(workers);
        var system = given.GetValue(ports) == "auto" ? SystemPorts.Free(count) : SystemPorts.Fixed(count);
        return await new RabbitMqSystem(system, Console.Out).RunAsync(cancellationToken);
    }

    private async Task<int> RunInOneProcessAsync(ParseResult given, CancellationToken cancellationToken)
    {
        if (given.GetResult(workers) is { Implicit: false })
        {
            await Console.Error.WriteLineAsync("dev: --workers needs --rabbitmq.");
            return 2;
        }

        if (!given.UnmatchedTokens.Contains("--once"))
        {
            await BuildPageAsync(cancellationToken);
        }

        await DotNet.BuildAsync("services/DevHost", cancellationToken);
        var program = Repository.Program("DevHost");
        return await ChildProcess.RunAsync(
            new ChildProcessOptions
            {
                Name = "DevHost",
                Program = Repository.DotNet,
                Arguments = ["exec", program, "--ports", given.GetValue(ports)!, .. given.UnmatchedTokens],
                WorkingDirectory = Path.Combine(Repository.Root, "services", "Development", "DevHost"),
            },
            cancellationToken);
    }

    // Everything else works without it.
    private static async Task BuildPageAsync(CancellationToken cancellationToken)
    {
        if (await WebPage.BuildAsync(cancellationToken) is { } missing)
        {
            await Console.Error.WriteLineAsync($"dev: {missing}");
        }
    }
}
