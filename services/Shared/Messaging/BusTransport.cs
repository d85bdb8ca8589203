namespace OfflineActions.Messaging;

/// <summary>What carries the messages.</summary>
public enum BusTransport
{
    /// <summary>RabbitMQ: messages outlive every process.</summary>
    RabbitMq,

    /// <summary>The memory of one process that both publishes and consumes. For development.</summary>
    InMemory,
}
