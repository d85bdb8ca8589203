using OfflineActions.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>How a <see cref="PipelineSystem"/> differs from the usual one.</summary>
internal sealed record PipelineOptions
{
    private static readonly Dictionary<string, string?> Nothing = [];

    /// <summary>How many workers are started at once; more can follow.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Whether Sync Gateway's webhook has the filter that deploy/ gives it; else it posts every change.</summary>
    public bool Filtered { get; init; } = true;

    /// <summary>What Sync Gateway runs before it stores anything; null for what it runs by itself.</summary>
    public string? SyncFunction { get; init; }

    /// <summary>A broker of the test's own, which it may stop; null takes a virtual host of the shared one.</summary>
    public LocalRabbitMq? Broker { get; init; }

    /// <summary>Added to the environment of every process, for example <c>Bus__Delays__0</c>.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = Nothing;

    /// <summary>Added to the environment of the gateway.</summary>
    public IReadOnlyDictionary<string, string?> GatewayEnvironment { get; init; } = Nothing;

    /// <summary>Added to the environment of every worker.</summary>
    public IReadOnlyDictionary<string, string?> WorkerEnvironment { get; init; } = Nothing;
}
