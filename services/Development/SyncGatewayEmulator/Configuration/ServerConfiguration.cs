namespace OfflineActions.Emulators.Configuration;

/// <summary>The configuration of the server and its databases.</summary>
internal sealed record ServerConfiguration
{
    /// <summary>The interface of the public port, <c>host:port</c> or <c>:port</c>.</summary>
    public string? Interface { get; init; }

    /// <summary>The interface of the admin port.</summary>
    public string? AdminInterface { get; init; }

    /// <summary>The interface of the metrics port; null for none.</summary>
    public string? MetricsInterface { get; init; }

    /// <summary>Whether long responses are compressed for clients that accept gzip.</summary>
    public bool CompressResponses { get; init; } = true;

    /// <summary>Whether the public port hides the version.</summary>
    public bool HideVersion { get; init; }

    /// <summary>The maximum heartbeat interval; null for no limit.</summary>
    public TimeSpan? LongestHeartbeat { get; init; }

    /// <summary>The CORS configuration; null for none.</summary>
    public CorsConfiguration? Cors { get; init; }

    public IReadOnlyList<DatabaseConfiguration> Databases { get; init; } = [];

    /// <summary>The settings that have no effect in the emulator.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Creates the configuration from options.</summary>
    public static ServerConfiguration From(SyncGatewayEmulatorOptions options) => new()
    {
        Cors = options.CorsOrigins.Count > 0 ? new(options.CorsOrigins, options.CorsOrigins, ["Content-Type", "Authorization"], 0) : null,
        Databases = [.. options.Databases.DefaultIfEmpty("db").Select(name => DatabaseConfiguration.From(name, options))],
    };
}

/// <summary>The CORS configuration of the public port.</summary>
internal sealed record CorsConfiguration(
    IReadOnlyList<string> Origins, IReadOnlyList<string> LoginOrigins, IReadOnlyList<string> Headers, int MaxAge)
{
    /// <summary>No origin is allowed.</summary>
    public static CorsConfiguration None { get; } = new([], [], [], 0);

    /// <summary>The value of <c>Access-Control-Allow-Origin</c> for an origin; empty when it is not allowed.</summary>
    public static string Match(IReadOnlyList<string> allowed, string origin) =>
        allowed.Contains(origin) ? origin : allowed.Contains("*") ? "*" : "";
}
