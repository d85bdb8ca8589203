namespace OfflineActions.Tests.Chaos;

/// <summary>Options of a <see cref="ChaosSystem"/>.</summary>
internal sealed record ChaosOptions
{
    private static readonly Dictionary<string, string?> Nothing = [];

    /// <summary>Number of workers.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Whether the case has its own broker, which it may kill or freeze, instead of a virtual host of the shared one.</summary>
    public bool OwnBroker { get; init; }

    /// <summary>Whether the case has a broker of three nodes, all of which the services know.</summary>
    public bool Cluster { get; init; }

    /// <summary>Whether the services reach their broker through <see cref="ChaosSystem.BrokerProxy"/>.</summary>
    public bool BrokerProxy { get; init; }

    /// <summary>SWAPI's response time, which keeps workers busy. Each request needs two responses.</summary>
    public TimeSpan SwapiLatency { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether each worker has its own SWAPI, whose counts then show which worker asked.</summary>
    public bool SwapiForEach { get; init; }

    /// <summary>The retry delays.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; init; } = [.. new[] { 200, 500, 1_000, 2_000 }.Select(delay => TimeSpan.FromMilliseconds(delay))];

    /// <summary>Added to the environment of every gateway. The default settings make catch-up fast.</summary>
    public IReadOnlyDictionary<string, string?> Gateway { get; init; } = Nothing;

    /// <summary>Added to the environment of every worker.</summary>
    public IReadOnlyDictionary<string, string?> Worker { get; init; } = Nothing;
}
