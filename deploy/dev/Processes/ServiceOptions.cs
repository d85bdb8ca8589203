namespace OfflineActions.Dev;

/// <summary>Which service to start, how it is configured, and when it counts as started.</summary>
public sealed record ServiceOptions
{
    /// <summary>The project, for example <c>Worker</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The checkout whose build is started; null is this one. For comparing two.</summary>
    public string? Checkout { get; init; }

    /// <summary>What messages call it; null is the project's name.</summary>
    public string? Name { get; init; }

    /// <summary>Where it listens; null gives it a free port of 127.0.0.1.</summary>
    public Uri? Url { get; init; }

    /// <summary>Its configuration, in the form of environment variables (<c>Bus__Url</c>).</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>The path, or the whole address, that answers with success once it is ready; null does not wait at all.</summary>
    public string? ReadyPath { get; init; } = "/health/ready";

    /// <summary>How long it may take to become ready.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Called with each line it writes, from another thread.</summary>
    public Action<string>? OnLine { get; init; }
}
