using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OfflineActions.Operator.Output;

/// <summary>The standard help, followed by the command's details, its examples and the exit codes.</summary>
internal sealed class ExampleHelp(HelpAction standard) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = standard.Invoke(parseResult);
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

/// <summary>A command whose help has examples.</summary>
internal interface IHasExamples
{
    /// <summary>What the options do not say; null when they say everything.</summary>
    string? Details => null;

    /// <summary>Argument lists without the program's name, the simplest first.</summary>
    IReadOnlyList<string> Examples { get; }
}
