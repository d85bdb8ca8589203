using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters discard</c>.</summary>
internal sealed class DiscardCommand : Command, IHasExamples
{
    private readonly SelectionOptions options;
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "write what would be removed, and remove nothing" };

    public DiscardCommand(ActionCatalog actions)
        : base("discard", "remove dead letters permanently; writes each complete message first, one JSON object per line")
    {
        options = SelectionOptions.AddRequiredTo(this, actions);
        Add(dryRun);
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "dead-letters discard 79182a19-e628-8893-8f52-9f6adf5d6d6b >> discarded.jsonl",
        "dead-letters discard --all --older-than 30d >> discarded.jsonl",
    ];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, isDryRun) = (new Report(given), given.GetValue(dryRun));
        await using var broker = await settings.OpenBrokerAsync(cancellationToken);

        var scan = new DeadLetterScan(broker, options.Read(given), report.WriteWarning);
        var count = await scan.RunAsync(
            letter =>
            {
                report.WriteJsonLine(DeadLetterDump.From(letter));
                return Task.FromResult(!isDryRun);
            },
            cancellationToken);
        report.WriteNote(isDryRun ? $"{count} would be removed." : $"{count} removed.");
        return scan.CheckAllFound() ? ExitCode.Success : ExitCode.Findings;
    }
}
