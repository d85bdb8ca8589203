namespace OfflineActions.Dev;

/// <summary>Options of a private RabbitMQ.</summary>
public sealed record LocalRabbitMqOptions
{
    /// <summary>The AMQP port; null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The port of the management page and API; null takes a free one.</summary>
    public int? ManagementPort { get; init; }

    /// <summary>The port of the plugin rabbitmq_prometheus; null leaves the plugin out.</summary>
    public int? PrometheusPort { get; init; }

    /// <summary>How long the start may take, before another one is tried once. A busy machine needs about a minute.</summary>
    public TimeSpan ReadyTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How often the management API updates its counts; RabbitMQ's default is 5 s, too slow for tests.</summary>
    public TimeSpan StatisticsInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The rabbitmq.conf; null for one of its own. It also says which users there are, so <see cref="IsReady"/> is needed, and
    /// <see cref="Settings"/> replace its ports and paths.
    /// </summary>
    public string? ConfigurationFile { get; init; }

    /// <summary>Whether a broker with a <see cref="ConfigurationFile"/> responds. An exception means no.</summary>
    public Func<CancellationToken, Task<bool>>? IsReady { get; init; }

    /// <summary>The rabbitmq-server to start; null for the one of this machine.</summary>
    internal RabbitMqInstallation? Installation { get; init; }

    /// <summary>The port of a port mapper (epmd) that runs; null starts another one. Nodes of a cluster share one.</summary>
    internal int? PortMapperPort { get; init; }

    /// <summary>The secret that the nodes of a cluster share; null lets Erlang make one.</summary>
    internal string? Cookie { get; init; }

    /// <summary>Lines added to its rabbitmq.conf, for example <c>consumer_timeout = 60000</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
