using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OfflineActions.Dev.Commands;

/// <summary>Runs the commands of <c>./dev</c>.</summary>
public static class CommandLine
{
    private const int Misuse = 2;

    // Longer than any service takes to stop: when ./dev ends, every process that it started has ended.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs the command that the arguments name. Returns 0 for success, 1 for a failure, 2 for wrong arguments, 130 after Ctrl-C; a command
    /// that runs another program returns the exit code of that program.
    /// </summary>
    public static async Task<int> RunAsync(string[] args, params Command[] commands)
    {
        var root = new Command("./dev", "Development commands of this repository.") { new HelpOption() };
        root.SetAction(_ => root.Parse("--help").Invoke());
        foreach (var command in commands)
        {
            root.Add(command);
        }

        var parseResult = root.Parse(args);
        if (parseResult.Action is ParseErrorAction parseError)
        {
            parseError.ShowHelp = false;
        }

        try
        {
            var exitCode = await parseResult.InvokeAsync(
                new() { ProcessTerminationTimeout = StopTimeout, EnableDefaultExceptionHandler = false });
            return parseResult.Errors.Count > 0 ? Misuse : exitCode;
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync($"dev: {error.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
    }
}
