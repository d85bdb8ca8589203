namespace OfflineActions.Dev;

/// <summary>How a private RabbitMQ is started.</summary>
public sealed record LocalRabbitMqOptions
{
    /// <summary>The AMQP port; null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>The port of the management page and API; null takes a free one.</summary>
    public int? ManagementPort { get; init; }

    /// <summary>How long it may take to start; it has a lot to load, so this is generous for a busy machine.</summary>
    public TimeSpan ReadyWithin { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How old the counts of the management API may be; RabbitMQ's own default of 5 s makes waiting for a count slow.</summary>
    public TimeSpan StatisticsInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Lines added to its rabbitmq.conf, for example <c>consumer_timeout = 60000</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
