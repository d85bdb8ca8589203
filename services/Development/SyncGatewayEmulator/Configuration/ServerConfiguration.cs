namespace OfflineActions.Emulators.Configuration;

/// <summary>What concerns all databases.</summary>
internal sealed record ServerConfiguration
{
    /// <summary>Where the public port listens, as <c>host:port</c> or <c>:port</c>.</summary>
    public string? Interface { get; init; }

    /// <summary>Where the admin port listens.</summary>
    public string? AdminInterface { get; init; }

    /// <summary>Where the metrics port listens; null when there is none.</summary>
    public string? MetricsInterface { get; init; }

    /// <summary>Whether long answers are zipped for those who take it.</summary>
    public bool CompressResponses { get; init; } = true;

    /// <summary>Whether the public port keeps its version to itself.</summary>
    public bool HideVersion { get; init; }

    /// <summary>The longest heartbeat; null for any.</summary>
    public TimeSpan? LongestHeartbeat { get; init; }

    /// <summary>From where browsers may come; null from nowhere else.</summary>
    public CorsConfiguration? Cors { get; init; }

    public IReadOnlyList<DatabaseConfiguration> Databases { get; init; } = [];

    /// <summary>Settings that have no effect here.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>What an emulator is that is set up in code.</summary>
    public static ServerConfiguration From(SyncGatewayEmulatorOptions options) => new()
    {
        Databases = [.. options.Databases.DefaultIfEmpty("db").Select(name => DatabaseConfiguration.From(name, options))],
    };
}

/// <summary>Which pages of other origins a browser lets use the public port.</summary>
internal sealed record CorsConfiguration(
    IReadOnlyList<string> Origins, IReadOnlyList<string> LoginOrigins, IReadOnlyList<string> Headers, int MaxAge)
{
    /// <summary>What an origin is answered; empty when it is not among them.</summary>
    public static string Match(IReadOnlyList<string> allowed, string origin) =>
        allowed.Contains(origin) ? origin : allowed.Contains("*") ? "*" : "";
}
