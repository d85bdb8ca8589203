using Microsoft.Extensions.Options;

namespace OfflineActions.Gateway.Publishing;

/// <summary>What this process has published, a memory for each keyspace, and the clock that goes with it.</summary>
internal sealed class PublishedByKeyspace(IOptions<GatewayOptions> options, TimeProvider clock)
{
    private readonly long started = clock.GetTimestamp();

    private readonly Dictionary<string, PublishedRequests> memories = options.Value.Accepted.Distinct()
        .ToDictionary(keyspace => keyspace, _ => new PublishedRequests(options.Value.MaxOpenRequests), StringComparer.Ordinal);

    /// <summary>The time on a clock that nobody sets.</summary>
    public TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>The memory of one of the configured keyspaces.</summary>
    public PublishedRequests For(string keyspace) => memories[keyspace];
}
