using System.Collections.Concurrent;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// In which keyspaces this worker has read a document lately. Where it has, a document that it may not read is the exception, which any app
/// user can make. Where it has not, the worker's own user may lack its channels, and every request waits until an operator has
/// given it those.
/// </summary>
internal sealed class ReadableKeyspaces(TimeProvider clock)
{
    /// <summary>Shorter than the longest delay, so that a mistake that came later never uses up all attempts at a document.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(10);

    /// <summary>The names come from messages, so their number is bounded.</summary>
    private const int MaxKeyspaces = 1_000;

    private readonly ConcurrentDictionary<string, long> readAt = new(StringComparer.Ordinal);

    /// <summary>A document of this keyspace was read.</summary>
    public void Add(string keyspace)
    {
        if (readAt.ContainsKey(keyspace) || readAt.Count < MaxKeyspaces)
        {
            readAt[keyspace] = clock.GetTimestamp();
        }
    }

    /// <summary>Whether a document of this keyspace was read in the last ten minutes.</summary>
    public bool Contains(string keyspace) => readAt.TryGetValue(keyspace, out var at) && clock.GetElapsedTime(at) < Freshness;
}
