using System.Diagnostics.Metrics;

namespace OfflineActions.Operator.Serve.State;

/// <summary>
/// Finds nodes of a cluster of RabbitMQ that are down, and a cluster that is split. RabbitMQ's own metrics do not show a split: each node can
/// reach all others.
/// </summary>
internal sealed class BrokerNodes
{
    private readonly ManagementApi management;
    private volatile IReadOnlyList<BrokerNodeState>? seen;

    public BrokerNodes(ManagementApi management, IMeterFactory meters)
    {
        this.management = management;
        meters.Create("OfflineActions.Operator").CreateObservableGauge(
            "offline_actions.broker.nodes", Measure, "{node}", "Nodes of RabbitMQ that run, that are down, and that are split from others.");
    }

    /// <summary>The names of the nodes in a network partition: those that list others as lost, and the listed ones. Empty while no node answers.</summary>
    public IReadOnlyList<string> Split => seen is { } nodes ? [.. nodes.Where(node => IsSplit(node, nodes)).Select(node => node.Name)] : [];

    /// <summary>The names of the nodes that do not run. Empty while no node answers.</summary>
    public IReadOnlyList<string> Down => seen is { } nodes ? [.. nodes.Where(node => IsDown(node, nodes)).Select(node => node.Name)] : [];

    /// <summary>The number of nodes; 0 while no node answers.</summary>
    public int Count => seen?.Count ?? 0;

    /// <summary>Asks the management API for the nodes.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken) => seen = await management.ReadNodesAsync(cancellationToken);

    // The side that is asked counts the other one as not running.
    private static bool IsSplit(BrokerNodeState node, IReadOnlyList<BrokerNodeState> all) =>
        node.Unseen.Count > 0 || all.Any(other => other.Unseen.Contains(node.Name));

    private static bool IsDown(BrokerNodeState node, IReadOnlyList<BrokerNodeState> all) => !node.IsRunning && !IsSplit(node, all);

    private IEnumerable<Measurement<int>> Measure()
    {
        if (seen is null)
        {
            return [];
        }

        var (split, down) = (Split.Count, Down.Count);
        return [Of("running", Count - split - down), Of("down", down), Of("split", split)];

        static Measurement<int> Of(string state, int count) => new(count, new KeyValuePair<string, object?>("state", state));
    }
}
