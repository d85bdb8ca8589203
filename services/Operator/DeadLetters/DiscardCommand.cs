using System.CommandLine;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters discard</c>.</summary>
internal sealed class DiscardCommand : Command, IHasExamples
{
    private readonly SelectionOptions options;
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "write what would be removed, and remove nothing" };

    public DiscardCommand()
        : base("discard", "remove dead letters for good; each is written to the output first, whole, as a JSON object a line")
    {
        options = SelectionOptions.AddChoiceTo(this);
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
        var (report, selection, onlySay) = (new Report(given), options.Read(given), given.GetValue(dryRun));
        await using var broker = await BrokerConnection.OpenAsync(settings.Bus, cancellationToken);

        var walk = new DeadLetterScan(broker, options.Limit(given), report);
        var count = await walk.RunAsync(
            selection,
            letter =>
            {
                report.JsonLine(DeadLetterDump.Of(letter));
                return Task.FromResult(!onlySay);
            },
            cancellationToken);
        report.Note(onlySay ? $"{count} would be removed." : $"{count} removed.");
        return walk.FoundAll(selection) ? ExitCode.Success : ExitCode.Findings;
    }
}
