using System.CommandLine;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters list</c>.</summary>
internal sealed class ListCommand : Command, IHasExamples
{
    private readonly SelectionOptions options;

    public ListCommand()
        : base("list", "show dead letters and leave them where they are")
    {
        options = SelectionOptions.AddTo(this);
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
        var report = new Report(given);
        var (selection, now) = (options.Read(given), DateTimeOffset.UtcNow);
        await using var broker = await BrokerConnection.OpenAsync(settings.Bus, cancellationToken);

        var rows = new List<DeadLetterRow>();
        await new DeadLetterScan(broker, options.Limit(given), report).RunAsync(
            selection,
            letter =>
            {
                rows.Add(DeadLetterRow.Of(letter));
                return Task.FromResult(false);
            },
            cancellationToken);

        report.Rows(
            rows,
            new("ID", row => row.Id),
            new("ACTION", row => row.Action),
            new("DOCUMENT", row => row.Document),
            new("REVISION", row => row.Revision),
            new("REASON", row => row.Reason),
            new("AGE", row => row.Since is { } since ? Printable.Age(now - since) : null, Right: true),
            new("QUEUE", row => row.Queue),
            new("TEXT", row => row.Text));
        report.Say(rows.Count == 1 ? "1 dead letter." : $"{rows.Count} dead letters.");
        return ExitCode.Success;
    }
}
