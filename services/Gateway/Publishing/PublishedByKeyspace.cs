using Microsoft.Extensions.Options;

namespace OfflineActions.Gateway.Publishing;

/// <summary>What this process has published in each keyspace, and the clock of those times.</summary>
internal sealed class PublishedByKeyspace(IOptions<GatewayOptions> options, TimeProvider clock)
{
    /// <summary>How many published requests are remembered for each open request that is kept. They cost a quarter of the memory.</summary>
    private const int RememberedForEachOpen = 10;

    /// <summary>At least so many are remembered: less would save little memory and cost messages.</summary>
    private const int MinRemembered = 100_000;

    private const int MaxRemembered = 10_000_000;

    private readonly long started = clock.GetTimestamp();

    private readonly Dictionary<string, PublishedRequests> memories = options.Value.Accepted.Distinct()
        .ToDictionary(keyspace => keyspace, _ => new PublishedRequests(
            (int)Math.Clamp((long)options.Value.MaxOpenRequests * RememberedForEachOpen, MinRemembered, MaxRemembered)), StringComparer.Ordinal);

    /// <summary>The time on a monotonic clock.</summary>
    public TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>What was published in one of the configured keyspaces.</summary>
    public PublishedRequests For(string keyspace) => memories[keyspace];
}
