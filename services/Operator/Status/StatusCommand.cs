using System.CommandLine;
using System.Globalization;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Operator.OpenRequests;
using OfflineActions.Operator.Output;
using OfflineActions.Operator.Pausing;

namespace OfflineActions.Operator.Status;

/// <summary><c>status</c>.</summary>
internal sealed class StatusCommand : Command, IHasExamples
{
    private readonly ActionCatalog actions;
    private readonly ScanOptions scanOptions;
    private readonly Option<bool> scan = new("--scan") { Description = "also count the open requests; this reads the whole changes feed" };

    public StatusCommand(ActionCatalog actions)
        : base("status", "show how many messages and consumers each queue has, and which actions are paused")
    {
        this.actions = actions;
        scanOptions = new ScanOptions(this, actions);
        Add(scan);
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } = ["status", "status --scan --keyspace db", "status --json"];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var report = new Report(given);
        var scans = given.GetValue(scan) ? scanOptions.Read(given, settings.Documents) : [];
        var declarations = settings.ReadQueues(actions);
        await using var broker = await settings.OpenBrokerAsync(cancellationToken);

        var queues = new List<QueueRow>();
        foreach (var declaration in declarations)
        {
            var queue = await broker.FindQueueAsync(declaration.Name, cancellationToken);
            queues.Add(new QueueRow(declaration.Name, queue is not null, queue?.Ready, queue?.Consumers));
        }

        report.WriteRows(
            queues,
            new("QUEUE", row => row.Queue),
            new("READY", row => row.Exists ? Format(row.Ready) : "missing", IsNumber: true),
            new("CONSUMERS", row => Format(row.Consumers), IsNumber: true));

        var pauses = new List<PauseRow>();
        foreach (var action in actions.Actions)
        {
            if (await PauseSwitch.FindAsync(broker, action.Queues, cancellationToken) is { } pause)
            {
                pauses.Add(PauseRow.From(action, pause));
            }
        }

        if (pauses.Count > 0)
        {
            report.WriteSentence("");
            report.WriteRows(
                pauses,
                new("PAUSED ACTION", row => row.Action),
                new("SINCE", row => row.Since?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "unknown"),
                new("BY", row => row.By ?? "unknown"),
                new("REASON", row => row.Reason ?? "unknown"));
        }

        var keyspaces = new List<KeyspaceRow>();
        foreach (var (keyspace, requests) in scans)
        {
            keyspaces.Add(new KeyspaceRow(keyspace, (await requests.ReadOnAsync(cancellationToken)).Count));
        }

        report.WriteSentence("");
        report.WriteRows(
            keyspaces,
            new("KEYSPACE", row => row.Keyspace),
            new("OPEN REQUESTS", row => Format((uint)row.OpenRequests), IsNumber: true));
        return ExitCode.Success;
    }

    private static string? Format(uint? number) => number?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One queue. The numbers are null when it does not exist.</summary>
internal sealed record QueueRow(string Queue, bool Exists, uint? Ready, uint? Consumers);

/// <summary>One keyspace.</summary>
internal sealed record KeyspaceRow(string Keyspace, int OpenRequests);
