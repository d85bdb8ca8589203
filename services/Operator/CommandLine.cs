using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.OpenRequests;
using OfflineActions.Operator.Output;
using OfflineActions.Operator.Status;
using OfflineActions.Operator.Topology;

namespace OfflineActions.Operator;

/// <summary>The commands of an operator.</summary>
public static class CommandLine
{
    private const string Description = """
        Looks after the requests that did not end well: dead letters, forgotten requests, and the broker's queues.
        Settings come from the same environment as the services': Bus__Url, Bus__Delays__0, SyncGateway__Url, SyncGateway__User, SyncGateway__Password.
        """;

    /// <summary>Runs the command that the arguments name, and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction misuse)
        {
            misuse.ShowHelp = false;
        }

        try
        {
            var exitCode = await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
        }
        catch (UsageException mistake)
        {
            await error.WriteLineAsync($"operator: {mistake.Message}");
            return ExitCode.Usage;
        }
        catch (UnavailableException trouble)
        {
            await error.WriteLineAsync($"operator: {trouble.Message}");
            return ExitCode.Unavailable;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static Command Root()
    {
        var root = new Command("operator", Description)
        {
            new DeadLettersCommand(),
            new ReconcileCommand(),
            new TopologyCommand(),
            new StatusCommand(),
            Settings.Broker,
            Settings.SyncGateway,
            Report.Json,
        };
        var help = new HelpOption();
        help.Action = new ExampleHelp((HelpAction)help.Action!);
        root.Add(help);
        root.SetAction(_ => root.Parse("--help").Invoke());
        return root;
    }
}
