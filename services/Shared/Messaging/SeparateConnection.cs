using RabbitMQ.Client;

namespace OfflineActions.Messaging;

/// <summary>A connection to the broker beside that of MassTransit. Its owner notices at once that it is lost, and opens another.</summary>
internal static class SeparateConnection
{
    /// <summary>How to open it.</summary>
    /// <param name="url">The broker.</param>
    /// <param name="name">Its name on the broker's management page.</param>
    /// <param name="timeout">The longest time for each answer of the broker; null for the client's own.</param>
    /// <exception cref="InvalidOperationException"><paramref name="url"/> is missing.</exception>
    public static ConnectionFactory CreateFactory(Uri? url, string name, TimeSpan? timeout = null)
    {
        var factory = new ConnectionFactory
        {
            Uri = url ?? throw new InvalidOperationException("Bus:Url is missing."),
            ClientProvidedName = name,
            AutomaticRecoveryEnabled = false,
        };
        if (timeout is { } longest)
        {
            factory.RequestedConnectionTimeout = factory.HandshakeContinuationTimeout = factory.ContinuationTimeout = longest;
        }

        return factory;
    }
}
