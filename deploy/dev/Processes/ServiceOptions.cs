namespace OfflineActions.Dev;

/// <summary>Which service to start, its configuration, and when it is ready.</summary>
public sealed record ServiceOptions
{
    /// <summary>The project, for example <c>Worker</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The checkout whose build to start; null for this one. For comparisons.</summary>
    public string? Checkout { get; init; }

    /// <summary>The build to start, for example <c>release</c>; null for that of the running program.</summary>
    public string? Configuration { get; init; }

    /// <summary>Its name in messages; null for the project's name.</summary>
    public string? Name { get; init; }

    /// <summary>Its arguments, for example <c>serve</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where it listens; null for a free port of 127.0.0.1.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its configuration as environment variables, for example <c>Bus__Url</c>.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The path, or the full address, that returns success, and no degraded health, when it is ready; null for no wait.</summary>
    public string? ReadyPath { get; init; } = "/health/ready";

    /// <summary>How long to wait until it is ready.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Called with each line of its output, from another thread.</summary>
    public Action<string>? OnLine { get; init; }
}
