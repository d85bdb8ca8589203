using System.CommandLine;
using System.Globalization;
using OfflineActions.Contracts;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.OpenRequests;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.Status;

/// <summary><c>status</c>.</summary>
internal sealed class StatusCommand : Command, IHasExamples
{
    private readonly ScanOptions where;
    private readonly Option<bool> scan = new("--scan") { Description = "count the open requests too: reads the whole changes feed" };

    public StatusCommand()
        : base("status", "how many messages wait in each queue, and who takes them")
    {
        where = new ScanOptions(this);
        Add(scan);
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } = ["status", "status --scan --keyspace db", "status --json"];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var report = new Report(given);
        var scans = given.GetValue(scan) ? where.Read(given, settings.Documents) : [];
        var names = settings.Topology(ActionCatalog.Default.Actions).SelectMany(action => action.Queues).Select(queue => queue.Name).ToArray();
        await using var broker = await BrokerConnection.OpenAsync(settings.Bus, cancellationToken);

        var queues = new List<QueueRow>();
        foreach (var name in names)
        {
            var live = await LiveQueue.FindAsync(broker, name, cancellationToken);
            queues.Add(new QueueRow(name, live is not null, live?.Ready, live?.Consumers));
        }

        report.Rows(
            queues,
            new("QUEUE", row => row.Queue),
            new("READY", row => row.Exists ? Number(row.Ready) : "missing", Right: true),
            new("CONSUMERS", row => Number(row.Consumers), Right: true));

        var keyspaces = new List<KeyspaceRow>();
        foreach (var (keyspace, reading) in scans)
        {
            keyspaces.Add(new KeyspaceRow(keyspace, (await reading.ReadOnAsync(cancellationToken)).Count));
        }

        report.Say("");
        report.Rows(keyspaces, new("KEYSPACE", row => row.Keyspace), new("OPEN REQUESTS", row => Number((uint)row.OpenRequests), Right: true));
        return ExitCode.Success;
    }

    private static string? Number(uint? number) => number?.ToString(CultureInfo.InvariantCulture);
}
