using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.OpenRequests;
using OfflineActions.Operator.Output;
using OfflineActions.Operator.Pausing;
using OfflineActions.Operator.Serve;
using OfflineActions.Operator.Status;
using OfflineActions.Operator.Topology;

namespace OfflineActions.Operator;

/// <summary>The operator's commands.</summary>
public static class CommandLine
{
    private const string Description = """
        Inspects and repairs failed requests (dead letters), open requests and the broker's queues;
        pauses and resumes actions.
        Reads the same environment variables as the services, or files of these names in
        /run/secrets/offline-actions: Bus__Url, Bus__User, Bus__Password, Bus__Delays__0,
        SyncGateway__Url, SyncGateway__User, SyncGateway__Password.
        """;

    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="output">Receives the results.</param>
    /// <param name="error">Receives errors and warnings.</param>
    /// <param name="actions">The actions of the system; null for <see cref="ActionCatalog.Default"/>.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, ActionCatalog? actions = null)
    {
        var parsed = CreateRoot(actions ?? ActionCatalog.Default).Parse(arguments);
        if (parsed.Action is ParseErrorAction parseError)
        {
            parseError.ShowHelp = false;
        }

        try
        {
            var exitCode = await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? ExitCode.Usage : exitCode;
        }
        catch (UsageException failure)
        {
            await error.WriteLineAsync($"operator: {failure.Message}");
            return ExitCode.Usage;
        }
        catch (Exception failure) when (failure is UnavailableException or BrokerUnavailableException)
        {
            await error.WriteLineAsync($"operator: {failure.Message}");
            return ExitCode.Unavailable;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static Command CreateRoot(ActionCatalog actions)
    {
        var root = new Command("operator", Description)
        {
            new DeadLettersCommand(actions),
            new ReconcileCommand(actions),
            new TopologyCommand(actions),
            new StatusCommand(actions),
            new PauseCommand(actions),
            new ResumeCommand(actions),
            new ServeCommand(actions),
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
