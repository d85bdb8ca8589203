using System.Diagnostics.Metrics;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The metrics of SWAPI and its cache, in the meter <c>OfflineActions.Worker</c>.</summary>
public sealed class SwapiTelemetry
{
    private readonly Counter<long> lookups;
    private readonly Counter<long> fetches;
    private readonly Counter<long> failovers;

    /// <summary>Creates the instruments.</summary>
    public SwapiTelemetry(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create("OfflineActions.Worker");
        lookups = meter.CreateCounter<long>(
            "offline_actions.swapi.cache.lookups", "{lookup}", "Looks into the cache of SWAPI's responses.");
        fetches = meter.CreateCounter<long>(
            "offline_actions.swapi.fetches", "{fetch}", "Values that were fetched from SWAPI, retries and failovers included.");
        failovers = meter.CreateCounter<long>(
            "offline_actions.swapi.failovers", "{failover}", "Instances of SWAPI that gave no valid response, or were skipped.");

        // From zero, so that an alert sees the first one as an increase.
        AddFetch(0, isSuccess: true);
        AddFetch(0, isSuccess: false);
    }

    internal void RecordLookup(CacheLookup lookup)
    {
        var result = lookup switch
        {
            CacheLookup.Hit => "hit",
            CacheLookup.Miss => "miss",
            CacheLookup.Shared => "shared",
            _ => throw new ArgumentOutOfRangeException(nameof(lookup)),
        };
        lookups.Add(1, new KeyValuePair<string, object?>("result", result));
    }

    internal void RecordFetch(bool isSuccess) => AddFetch(1, isSuccess);

    internal void RecordFailover(Uri host, PassedOver reason)
    {
        var label = reason switch
        {
            PassedOver.Failed => "failed",
            PassedOver.Cooldown => "cooldown",
            PassedOver.CircuitOpen => "circuit_open",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        };
        failovers.Add(1, new("server.address", host.Authority), new("reason", label));
    }

    private void AddFetch(int count, bool isSuccess) =>
        fetches.Add(count, new KeyValuePair<string, object?>("outcome", isSuccess ? "success" : "unavailable"));
}

/// <summary>What the cache had.</summary>
internal enum CacheLookup
{
    /// <summary>The value.</summary>
    Hit,

    /// <summary>Nothing: it is fetched.</summary>
    Miss,

    /// <summary>A fetch that had begun already.</summary>
    Shared,
}

/// <summary>Why the next instance was asked.</summary>
internal enum PassedOver
{
    /// <summary>It gave no valid response.</summary>
    Failed,

    /// <summary>It had sent <c>Retry-After</c>.</summary>
    Cooldown,

    /// <summary>Its circuit breaker is open.</summary>
    CircuitOpen,
}
