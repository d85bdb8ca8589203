using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OfflineActions.Operator;

/// <summary>The usual help, and below it what else a command has to say: examples and exit codes.</summary>
internal sealed class ExampleHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is IHasExamples command)
        {
            if (command.Details is { } details)
            {
                output.WriteLine(details);
                output.WriteLine();
            }

            output.WriteLine("Examples:");
            foreach (var example in command.Examples)
            {
                output.WriteLine("  operator " + example);
            }

            output.WriteLine();
        }

        output.WriteLine(ExitCode.Help);
        return result;
    }
}

/// <summary>A command that shows how it is used.</summary>
internal interface IHasExamples
{
    /// <summary>What is to be known beside the options; null when those say it all.</summary>
    string? Details => null;

    /// <summary>What stands after <c>operator</c>, the plainest first.</summary>
    IReadOnlyList<string> Examples { get; }
}
