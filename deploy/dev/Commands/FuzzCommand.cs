using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev fuzz</c>: damaged documents for everything that reads or edits what strangers write.</summary>
internal sealed class FuzzCommand : Command
{
    /// <summary>The tests of the category, among which the inputs are divided.</summary>
    private const int Properties = 7;

    private readonly Option<int> inputs = new("--inputs") { Description = "Inputs for all properties together", DefaultValueFactory = _ => 10_000_000 };

    public FuzzCommand()
        : base("fuzz", "Damage documents in many ways, and check that webhooks and documents are read and edited as promised")
    {
        Add(inputs.AtLeastOne());
        SetAction(RunAsync);
    }

    private Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken) => DotNet.TestAsync(
        [
            "tests/UnitTests", "--configuration", "Release", "--nologo", "--tl:off",
            "--logger", "console;verbosity=normal",
            "--filter", "TestCategory=Fuzz",

            // One property at a time: each uses all processors, and measures time.
            "--", "NUnit.NumberOfTestWorkers=0",
        ],
        new() { ["FUZZ_INPUTS"] = $"{(parseResult.GetValue(inputs) + Properties - 1) / Properties}" },
        cancellationToken);
}
