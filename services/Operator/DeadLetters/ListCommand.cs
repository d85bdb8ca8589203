using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters list</c>.</summary>
internal sealed class ListCommand : Command, IHasExamples
{
    private readonly SelectionOptions options;

    public ListCommand(ActionCatalog actions)
        : base("list", "list dead letters and remove none")
    {
        options = SelectionOptions.AddTo(this, actions);
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "dead-letters list",
        "dead-letters list --reason person_not_found --newer-than 24h",
        "dead-letters list --document my-document --json",
    ];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, now) = (new Report(given), DateTimeOffset.UtcNow);
        await using var broker = await settings.OpenBrokerAsync(cancellationToken);

        var rows = new List<DeadLetterRow>();
        await new DeadLetterScan(broker, options.Read(given), report.WriteWarning).RunAsync(
            letter =>
            {
                rows.Add(DeadLetterRow.From(letter));
                return Task.FromResult(false);
            },
            cancellationToken);

        report.WriteRows(
            rows,
            new("ID", row => row.Id),
            new("ACTION", row => row.Action),
            new("DOCUMENT", row => row.Document),
            new("REVISION", row => row.Revision),
            new("REASON", row => row.Reason),
            new("AGE", row => row.Since is { } since ? TerminalText.FormatAge(now - since) : null, IsNumber: true),
            new("QUEUE", row => row.Queue),
            new("TEXT", row => row.Text));
        report.WriteSentence(rows.Count == 1 ? "1 dead letter." : $"{rows.Count} dead letters.");
        return ExitCode.Success;
    }
}
