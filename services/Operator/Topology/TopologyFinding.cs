namespace OfflineActions.Operator.Topology;

/// <summary>One thing that is not as it must be.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Argument">What differs; null when there is no such queue at all.</param>
/// <param name="Live">What the broker has; null for nothing.</param>
/// <param name="Wanted">What this version declares; null for nothing.</param>
internal sealed record TopologyFinding(string Queue, string? Argument, string? Live, string? Wanted)
{
    /// <summary>What is wrong, in a word for programs.</summary>
    public string Problem => Argument is null ? "missing" : "different";
}
