using System.CommandLine;
using System.Net.Mime;
using OfflineActions.Messaging;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;
using RabbitMQ.Client;

namespace OfflineActions.Operator.OpenRequests;

/// <summary><c>reconcile</c>.</summary>
internal sealed class ReconcileCommand : Command, IHasExamples
{
    private const double DefaultRate = 200;

    private readonly ScanOptions where;
    private readonly Option<TimeSpan?> olderThan = Duration.Option(
        "--older-than",
        "waits that long, and lists only those that are then still open in the same revision");

    private readonly Option<bool> repair = new("--repair") { Description = "publish their messages, as the gateway does; needs the broker" };
    private readonly Option<double> rate = RateOption.New(DefaultRate);

    public ReconcileCommand()
        : base("reconcile", "list the open requests that Sync Gateway knows of, whatever became of their messages")
    {
        where = new ScanOptions(this);
        Add(olderThan);
        Add(repair);
        Add(rate);
        SetAction(RunAsync);
    }

    public string Details => """
        A document does not say when it was written: to find the old ones, --older-than looks twice, that time apart, and ends with 1
        when some have stayed open. --repair publishes what is listed, under the ids the gateway would give; a message too many does
        no harm, because a request is answered once.
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
        var (report, repairs) = (new Report(given), given.GetValue(repair));
        var scans = where.Read(given, settings.Documents);

        // Opened first: nobody wants to learn after ten minutes of waiting that there is no broker.
        await using var broker = repairs ? await BrokerConnection.OpenAsync(settings.Bus, cancellationToken) : null;
        var found = await LookAsync(scans, cancellationToken);
        if (given.GetValue(olderThan) is { } age)
        {
            report.Note($"{found.Count} open; looking again in {Printable.Age(age)}.");
            await Task.Delay(age, cancellationToken);
            found = [.. found.Intersect(await LookAsync(scans, cancellationToken))];
        }

        if (broker is not null)
        {
            await PublishAsync(broker, found, given.GetValue(rate), cancellationToken);
        }

        report.Rows(
            [.. found.Select(request => ReconcileRow.Of(request, repairs))],
            new("ACTION", row => row.Action),
            new("KEYSPACE", row => row.Keyspace),
            new("DOCUMENT", row => row.Document),
            new("REVISION", row => row.Revision));
        report.Say($"{found.Count} open{(repairs ? ", published" : "")}.");
        return found.Count > 0 && given.GetValue(olderThan) is not null && !repairs ? ExitCode.Findings : ExitCode.Success;
    }

    private static async Task<IReadOnlyCollection<OpenRequest>> LookAsync(
        IEnumerable<(string Keyspace, OpenRequestScan Scan)> scans, CancellationToken cancellationToken)
    {
        var found = new List<OpenRequest>();
        foreach (var (_, scan) in scans)
        {
            found.AddRange(await scan.ReadOnAsync(cancellationToken));
        }

        return found;
    }

    private static Task<int> PublishAsync(BrokerConnection broker, IReadOnlyCollection<OpenRequest> requests, double rate, CancellationToken cancellationToken) =>
        broker.OnAsync(
            async channel =>
            {
                var (work, pace) = (new WorkQueue(channel), new Pace(rate));
                foreach (var request in requests)
                {
                    await pace.TurnAsync(cancellationToken);
                    var message = request.Message;
                    var properties = new BasicProperties
                    {
                        MessageId = message.MessageId.ToString(),
                        ContentType = MediaTypeNames.Application.Json,
                        Persistent = true,
                    };
                    await work.PublishAsync(request.Action.Queues.Work, properties, MessageJson.Write(message), cancellationToken);
                }

                return requests.Count;
            },
            cancellationToken);
}
