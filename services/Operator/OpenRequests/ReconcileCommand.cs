using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.Options;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.OpenRequests;

/// <summary><c>reconcile</c>.</summary>
internal sealed class ReconcileCommand : Command, IHasExamples
{
    private const double DefaultRate = 200;

    private readonly ScanOptions scanOptions;
    private readonly Option<TimeSpan?> olderThan = DurationOption.Create(
        "--older-than",
        "wait this long, then list only those still open in the same revision");

    private readonly Option<bool> repair = new("--repair")
    {
        Description = "publish their messages, as the gateway does; needs the broker",
    };

    private readonly Option<double> rate = RateOption.Create(DefaultRate);

    public ReconcileCommand(ActionCatalog actions)
        : base("reconcile", "list the open requests in Sync Gateway, with or without a message")
    {
        scanOptions = new ScanOptions(this, actions);
        Add(olderThan);
        Add(repair);
        Add(rate);
        SetAction(RunAsync);
    }

    public string Details => """
        A document does not say when it was written. To find old requests, --older-than scans twice, that time apart; the exit code is
        1 if requests stayed open. --repair publishes the listed requests with the same message ids as the gateway; a duplicate message
        does no harm, because each request is answered once.
        """;

    public IReadOnlyList<string> Examples { get; } =
    [
        "reconcile",
        "reconcile --older-than 10m",
        "reconcile --older-than 10m --repair --keyspace db.people",
    ];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var (report, isRepair) = (new Report(given), given.GetValue(repair));
        var scans = scanOptions.Read(given, settings.Documents);

        // Connect before a long wait, so that a missing broker is reported at once.
        await using var broker = isRepair ? await settings.OpenBrokerAsync(cancellationToken) : null;
        var found = await ScanAsync(scans, cancellationToken);
        if (given.GetValue(olderThan) is { } age)
        {
            report.WriteNote($"{found.Count} open; scanning again in {TerminalText.FormatAge(age)}.");
            await Task.Delay(age, cancellationToken);
            found = [.. found.Intersect(await ScanAsync(scans, cancellationToken))];
        }

        if (broker is not null)
        {
            await PublishAsync(broker, found, given.GetValue(rate), cancellationToken);
        }

        report.WriteRows(
            [.. found.Select(request => ReconcileRow.From(request, isRepair))],
            new("ACTION", row => row.Action),
            new("KEYSPACE", row => row.Keyspace),
            new("DOCUMENT", row => row.Document),
            new("REVISION", row => row.Revision));
        report.WriteSentence($"{found.Count} open{(isRepair ? ", published" : "")}.");
        return found.Count > 0 && given.GetValue(olderThan) is not null && !isRepair ? ExitCode.Findings : ExitCode.Success;
    }

    private static async Task<IReadOnlyCollection<OpenRequest>> ScanAsync(
        IEnumerable<(string Keyspace, OpenRequestScan Scan)> scans, CancellationToken cancellationToken)
    {
        var found = new List<OpenRequest>();
        foreach (var (_, scan) in scans)
        {
            found.AddRange(await scan.ReadOnAsync(cancellationToken));
        }

        return found;
    }

    private static async Task PublishAsync(
        BrokerConnection broker, IReadOnlyCollection<OpenRequest> requests, double rate, CancellationToken cancellationToken)
    {
        await using var limiter = RateOption.CreateLimiter(rate);
        await using var publisher = await broker.OpenPublisherAsync(cancellationToken);
        foreach (var request in requests)
        {
            using var lease = await limiter.AcquireAsync(permitCount: 1, cancellationToken);
            await publisher.PublishAsync(request.Queue, QueueMessage.Create(request.CreateMessage()), cancellationToken);
        }
    }
}

/// <summary>One open request.</summary>
internal sealed record ReconcileRow(string Action, string Keyspace, string Document, string Revision, Guid MessageId, bool Repaired)
{
    public static ReconcileRow From(OpenRequest request, bool isRepaired) => new(
        request.Action.States.Name, request.Keyspace, request.Document, request.Revision, request.CreateMessage().MessageId, isRepaired);
}
