using System.CommandLine;
using OfflineActions.Contracts;
using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.Topology;

/// <summary><c>topology check</c>.</summary>
internal sealed class TopologyCheckCommand : Command, IHasExamples
{
    private static readonly Column<TopologyFinding>[] Columns =
    [
        new("QUEUE", finding => finding.Queue),
        new("PROBLEM", finding => finding.Problem),
        new("ARGUMENT", finding => finding.Argument),
        new("LIVE", finding => finding.Live),
        new("WANTED", finding => finding.Wanted),
    ];

    public TopologyCheckCommand()
        : base("check", "compare every queue of every action with what this version declares; changes nothing; ends with 1 if one differs or is missing")
        => SetAction(RunAsync);

    public IReadOnlyList<string> Examples { get; } = ["topology check", "topology check --bus amqp://guest:guest@127.0.0.1:5672/ --json"];

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        using var settings = Settings.Read(given);
        var report = new Report(given);
        var queues = settings.Topology(ActionCatalog.Default.Actions).SelectMany(action => action.Queues).ToArray();
        await using var broker = await BrokerConnection.OpenAsync(settings.Bus, cancellationToken);

        var findings = new List<TopologyFinding>();
        foreach (var queue in queues)
        {
            findings.AddRange(await new QueueCheck(broker, queue).RunAsync(cancellationToken));
        }

        report.Rows(findings, Columns);
        report.Say(findings.Count == 0
            ? $"All {queues.Length} queues are as they must be."
            : "A missing queue is declared by the first service that starts. A queue that differs cannot be changed: let the workers empty it and delete it.");
        return findings.Count == 0 ? ExitCode.Success : ExitCode.Findings;
    }
}
