namespace OfflineActions.Tests.Chaos;

/// <summary>How a <see cref="ChaosSystem"/> differs from the usual one.</summary>
internal sealed record ChaosOptions
{
    private static readonly Dictionary<string, string?> Nothing = [];

    /// <summary>How many workers there are.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Whether the case has a broker of its own, which it may kill, and not a virtual host of the shared one.</summary>
    public bool OwnBroker { get; init; }

    /// <summary>How long SWAPI takes for each answer, so that workers have their hands full. Each request needs two.</summary>
    public TimeSpan SwapiLatency { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether each worker asks a SWAPI of its own, whose counts then tell which worker has asked.</summary>
    public bool SwapiForEach { get; init; }

    /// <summary>How long messages wait before they are tried again.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; init; } = [.. new[] { 200, 500, 1_000, 2_000 }.Select(delay => TimeSpan.FromMilliseconds(delay))];

    /// <summary>Added to the environment of every gateway, whose catch-up is in a hurry unless this says otherwise.</summary>
    public IReadOnlyDictionary<string, string?> Gateway { get; init; } = Nothing;

    /// <summary>Added to the environment of every worker.</summary>
    public IReadOnlyDictionary<string, string?> Worker { get; init; } = Nothing;
}
