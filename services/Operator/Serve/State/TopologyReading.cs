using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;
using OfflineActions.Messaging.Topology;
using OfflineActions.Operator.Topology;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Compares every queue with its declaration, by the same code as the command line.</summary>
internal sealed class TopologyReading(BrokerLine broker, ActionCatalog actions, IOptions<BusOptions> bus)
{
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public Task<TopologyFindings> ReadAsync(CancellationToken cancellationToken) => broker.UseAsync(
        async connection =>
        {
            QueueDeclaration[] queues =
                [.. actions.Actions.SelectMany(action => new ActionTopology(action.Queues, bus.Value.EffectiveDelays).Queues)];
            var rows = new List<FindingRow>();
            foreach (var queue in queues)
            {
                rows.AddRange((await QueueCheck.RunAsync(connection, queue, cancellationToken)).Select(FindingRow.From));
            }

            return new TopologyFindings(queues.Length, rows);
        },
        cancellationToken);
}

/// <summary>What the comparison has found.</summary>
/// <param name="Queues">How many queues were compared.</param>
/// <param name="Findings">Those that are missing or differ.</param>
internal sealed record TopologyFindings(int Queues, IReadOnlyList<FindingRow> Findings);
