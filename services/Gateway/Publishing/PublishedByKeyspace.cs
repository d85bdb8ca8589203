using Microsoft.Extensions.Options;

namespace OfflineActions.Gateway.Publishing;

/// <summary>What this process has published in each keyspace, and the clock of those times.</summary>
internal sealed class PublishedByKeyspace(IOptions<GatewayOptions> options, TimeProvider clock)
{
    /// <summary>How many published requests are remembered for each open request that is kept. They cost a tenth of the memory.</summary>
    private const int RememberedForEachOpen = 10;

    private readonly long started = clock.GetTimestamp();

    private readonly Dictionary<string, PublishedRequests> memories = options.Value.Accepted.Distinct()
        .ToDictionary(keyspace => keyspace, _ => new PublishedRequests((int)Math.Min(10_000_000L, (long)options.Value.MaxOpenRequests * RememberedForEachOpen)), StringComparer.Ordinal);

    /// <summary>The time on a monotonic clock.</summary>
    public TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>What was published in one of the configured keyspaces.</summary>
    public PublishedRequests For(string keyspace) => memories[keyspace];
}
