using OfflineActions.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The options of a <see cref="PipelineSystem"/>.</summary>
internal sealed record PipelineOptions
{
    private static readonly Dictionary<string, string?> Nothing = [];

    /// <summary>The number of workers at the start.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The checkout whose builds to start at first; null for this one.</summary>
    public string? Checkout { get; init; }

    /// <summary>Whether Sync Gateway's webhook has the filter in deploy/; otherwise it posts every change.</summary>
    public bool Filtered { get; init; } = true;

    /// <summary>The sync function; null for the default.</summary>
    public string? SyncFunction { get; init; }

    /// <summary>A broker for this test, which it may stop; null for a virtual host of the shared broker.</summary>
    public LocalRabbitMq? Broker { get; init; }

    /// <summary>A broker of which the environments say how to sign in; null for <see cref="Broker"/>.</summary>
    public ProductionBroker? Production { get; init; }

    /// <summary>Added to the environment of every process, for example <c>Bus__Delays__0</c>.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = Nothing;

    /// <summary>Added to the environment of the gateway.</summary>
    public IReadOnlyDictionary<string, string?> GatewayEnvironment { get; init; } = Nothing;

    /// <summary>Added to the environment of every worker.</summary>
    public IReadOnlyDictionary<string, string?> WorkerEnvironment { get; init; } = Nothing;
}
