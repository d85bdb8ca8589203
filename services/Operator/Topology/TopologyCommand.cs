using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Topology;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.Topology;

/// <summary><c>topology check</c>.</summary>
internal sealed class TopologyCheckCommand : Command, IHasExamples
{
    private readonly ActionCatalog actions;

    public TopologyCheckCommand(ActionCatalog actions)
        : base("check", "compare every queue with what this version declares; changes nothing; exit code 1 if one differs or is missing")
    {
        this.actions = actions;
        SetAction(RunAsync);
    }

    public IReadOnlyList<string> Examples { get; } = ["topology check", "topology check --bus amqp://guest:guest@127.0.0.1:5672/ --json"];

    private async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var report = new Report(given);
        var queues = settings.ReadQueues(actions);
        await using var broker = await settings.OpenBrokerAsync(cancellationToken);

        var rows = new List<FindingRow>();
        foreach (var queue in queues)
        {
            rows.AddRange((await QueueCheck.RunAsync(broker, queue, cancellationToken)).Select(FindingRow.From));
        }

        report.WriteRows(
            rows,
            new("QUEUE", row => row.Queue),
            new("PROBLEM", row => row.Problem),
            new("ARGUMENT", row => row.Argument),
            new("LIVE", row => row.Live),
            new("WANTED", row => row.Wanted));
        report.WriteSentence(rows.Count == 0
            ? $"All {queues.Count} queues are as declared."
            : "The first service that starts declares a missing queue. A queue that differs cannot be changed: let the workers empty it, "
                + "then delete it.");
        return rows.Count == 0 ? ExitCode.Success : ExitCode.Findings;
    }
}

/// <summary>A queue that is missing or differs.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Argument">The argument that differs; null when the queue is missing.</param>
/// <param name="Live">The broker's value; null for none.</param>
/// <param name="Wanted">The declared value; null for none.</param>
/// <param name="Problem"><c>missing</c> or <c>different</c>.</param>
internal sealed record FindingRow(string Queue, string? Argument, string? Live, string? Wanted, string Problem)
{
    public static FindingRow From(QueueFinding finding) =>
        new(finding.Queue, finding.Argument, finding.Live, finding.Wanted, finding.Argument is null ? "missing" : "different");
}

/// <summary><c>topology</c>.</summary>
internal sealed class TopologyCommand : Command
{
    public TopologyCommand(ActionCatalog actions)
        : base("topology", "the queues on the broker") => Add(new TopologyCheckCommand(actions));
}
