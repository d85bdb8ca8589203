namespace OfflineActions.Contracts;

/// <summary>
/// Each action has two work queues that share its workers, so that many requests that can wait delay none that a person waits for.
/// </summary>
public enum Lane : byte
{
    /// <summary>A person waits for the result. Every request that does not say otherwise.</summary>
    Interactive,

    /// <summary>The request can wait, for example one of thousands of a device that was offline for long.</summary>
    Bulk,
}

/// <summary>All lanes, and which of them a document chooses.</summary>
public static class Lanes
{
    /// <summary>Both lanes.</summary>
    public static IReadOnlyList<Lane> All { get; } = [Lane.Interactive, Lane.Bulk];

    /// <summary>The lane of a document with this <c>priority</c>: <c>bulk</c> is bulk; anything else, or nothing, is interactive.</summary>
    public static Lane FromPriority(string? priority) => priority == "bulk" ? Lane.Bulk : Lane.Interactive;
}
