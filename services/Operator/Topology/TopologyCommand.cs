using System.CommandLine;

namespace OfflineActions.Operator.Topology;

/// <summary><c>topology</c>: the queues as they are, against what they must be.</summary>
internal sealed class TopologyCommand : Command
{
    public TopologyCommand()
        : base("topology", "the queues on the broker") => Add(new TopologyCheckCommand());
}
