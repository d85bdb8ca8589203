using System.CommandLine;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters;

/// <summary><c>dead-letters replay</c>.</summary>
internal sealed class ReplayCommand : Command, IHasExamples
{
    private const double DefaultRate = 50;

    private readonly SelectionOptions options;
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "say what would be done, and do nothing" };
    private readonly Option<double> rate = RateOption.New(DefaultRate);

    public ReplayCommand()
        : base("replay", "have failed requests tried again, unless their documents have moved on")
    {
        options = SelectionOptions.AddChoiceTo(this);
        Add(rate);
        Add(dryRun);
        SetAction(RunAsync);
    }

    public string Details => """
        A document that is exactly as its failure left it is written back to ..._request, and the normal way takes over.
        The message of a document that still asks goes back to work. A dead letter whose document has moved on, or was
        deleted, is obsolete: it is removed, and the document left alone. A dead letter leaves its queue only after that, so replaying
        twice is the same as once. Ends with 1 if one had to stay.
        """;

    public IReadOnlyList<string> Examples { get; } =
    [
        "dead-letters replay 79182a19-e628-8893-8f52-9f6adf5d6d6b",
        "dead-letters replay --document my-document",
        "dead-letters replay --all --reason swapi_unavailable --rate 50 --dry-run",
    ];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, selection, pace) = (new Report(given), options.Read(given), new Pace(given.GetValue(rate)));
        var (documents, onlySay) = (settings.Documents, given.GetValue(dryRun));
        await using var broker = await BrokerConnection.OpenAsync(settings.Bus, cancellationToken);

        var stayed = 0;
        var walk = new DeadLetterScan(broker, options.Limit(given), report);
        await broker.OnAsync(
            async channel =>
            {
                var replay = new Replay(documents, new WorkQueue(channel), onlySay);
                return await walk.RunAsync(selection, letter => ReplayAsync(replay, letter), cancellationToken);
            },
            cancellationToken);
        return stayed > 0 || !walk.FoundAll(selection) ? ExitCode.Findings : ExitCode.Success;

        async Task<bool> ReplayAsync(Replay replay, DeadLetter letter)
        {
            await pace.TurnAsync(cancellationToken);
            var row = await replay.RunAsync(letter, cancellationToken);
            report.Row(row, row.Sentence());
            var done = DeadLetters.Replay.IsDone(row.Outcome);
            stayed += done ? 0 : 1;
            return done && !onlySay;
        }
    }
}
