using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OfflineActions.Dev.Commands;

/// <summary>The commands behind <c>./dev</c>.</summary>
public static class CommandLine
{
    private const int Misuse = 2;

    // Longer than any service takes to finish its work: who stops ./dev wants everything it started to have ended.
    private static readonly TimeSpan StopWithin = TimeSpan.FromMinutes(2);

    /// <summary>Runs the command that the arguments name. 0 is success, 1 a failure, 2 misuse; a command run on behalf passes its own code on.</summary>
    public static async Task<int> RunAsync(string[] args, params Command[] commands)
    {
        var root = new Command("./dev", "Everything a developer of this repository does.") { new HelpOption() };
        root.SetAction(_ => root.Parse("--help").Invoke());
        foreach (var command in commands)
        {
            root.Add(command);
        }

        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction misuse)
        {
            misuse.ShowHelp = false;
        }

        try
        {
            var exitCode = await parsed.InvokeAsync(new() { ProcessTerminationTimeout = StopWithin, EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? Misuse : exitCode;
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
