using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Operator.Options;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters.Replay;

/// <summary><c>dead-letters replay</c>.</summary>
internal sealed class ReplayCommand : Command, IHasExamples
{
    private const double DefaultRate = 50;

    private readonly SelectionOptions options;
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "say what would be done, and do nothing" };
    private readonly Option<double> rate = RateOption.Create(DefaultRate);

    public ReplayCommand(ActionCatalog actions)
        : base("replay", "try failed requests again, unless their documents were written since")
    {
        options = SelectionOptions.AddRequiredTo(this, actions);
        Add(rate);
        Add(dryRun);
        SetAction(RunAsync);
    }

    public string Details => """
        If the document is exactly the revision that the failure wrote, it is written back as ..._request; the gateway then publishes it
        like any other request. If the document is still the request, its message is published again. If the document was written since or
        deleted, the dead letter is obsolete: it is removed, and the document is not touched. A dead letter is removed only after that, so
        a second replay changes nothing. The exit code is 1 if a dead letter had to stay.
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
        var (report, isDryRun) = (new Report(given), given.GetValue(dryRun));
        await using var limiter = RateOption.CreateLimiter(given.GetValue(rate));
        var documents = settings.Documents;
        await using var broker = await settings.OpenBrokerAsync(cancellationToken);
        await using var publisher = await broker.OpenPublisherAsync(cancellationToken);

        var kept = 0;
        var replay = new DeadLetterReplay(documents, publisher, isDryRun);
        var scan = new DeadLetterScan(broker, options.Read(given), report.WriteWarning);
        await scan.RunAsync(ReplayAsync, cancellationToken);
        return kept > 0 || !scan.CheckAllFound() ? ExitCode.Findings : ExitCode.Success;

        async Task<bool> ReplayAsync(DeadLetter letter)
        {
            using var lease = await limiter.AcquireAsync(permitCount: 1, cancellationToken);
            var row = await replay.RunAsync(letter, cancellationToken);
            report.WriteRow(row, row.ToSentence());
            kept += row.IsDone ? 0 : 1;
            return row.IsDone && !isDryRun;
        }
    }
}
