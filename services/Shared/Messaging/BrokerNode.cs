using System.Net.Sockets;
using RabbitMQ.Client;

namespace OfflineActions.Messaging;

/// <summary>A node of the broker. Every connection gets its address here.</summary>
/// <param name="Host">Its name or IP address.</param>
/// <param name="Port">Its port for AMQP.</param>
internal sealed record BrokerNode(string Host, int Port)
{
    /// <summary>
    /// With several nodes it is worth a little traffic to notice soon that one is frozen or unplugged: after two of these. A broker's own
    /// default is a minute.
    /// </summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>How long a node that drops every packet may keep a connection from the next one. The client's own limit is 30 s.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>All nodes: that of <see cref="BusOptions.Url"/> first, and then those of <see cref="BusOptions.Nodes"/>.</summary>
    /// <exception cref="InvalidOperationException">The broker's address is missing.</exception>
    public static IReadOnlyList<BrokerNode> AllOf(BusOptions options)
    {
        var url = options.Url ?? throw new InvalidOperationException("Bus:Url is missing.");
        var port = url.Port > 0 ? url.Port : url.Scheme == "amqps" ? 5671 : 5672;
        return [.. Given(options).Select(given => Parse(given.Node, port)).OfType<BrokerNode>().Prepend(new(url.IdnHost, port)).Distinct()];
    }

    /// <summary>What is wrong with <see cref="BusOptions.Nodes"/>.</summary>
    public static IEnumerable<string> FindErrors(BusOptions options) =>
        // What was given may hold a password.
        from given in Given(options)
        where Parse(given.Node, defaultPort: 1) is null
        select $"Bus:Nodes:{given.Index} must be the host of another node, or host:port. User, virtual host and TLS are those of Bus:Url.";

    /// <summary>Lets a factory connect to this node, and to no other.</summary>
    /// <param name="factory">The factory.</param>
    /// <param name="options">The broker.</param>
    public void Use(ConnectionFactory factory, BusOptions options)
    {
        (factory.HostName, factory.Port) = (Host, Port);
        // MassTransit names a host of its own when it connects.
        factory.EndpointResolverFactory = _ => new DefaultEndpointResolver([new AmqpTcpEndpoint(Host, Port, factory.Ssl)]);
        if (AllOf(options).Count > 1)
        {
            factory.RequestedHeartbeat = Shorter(factory.RequestedHeartbeat, Heartbeat);
            factory.RequestedConnectionTimeout = Shorter(factory.RequestedConnectionTimeout, ConnectTimeout);
        }
    }

    /// <summary>Whether an error says only that a node is away or does not answer, and nothing about what it thinks of this process.</summary>
    public static bool IsAway(Exception error) =>
        error.GetBaseException() is SocketException or OperationCanceledException or TimeoutException or IOException;

    // Zero is for ever.
    private static TimeSpan Shorter(TimeSpan given, TimeSpan longest) => given <= TimeSpan.Zero || given > longest ? longest : given;

    private static IEnumerable<(string Node, int Index)> Given(BusOptions options) =>
        (options.Nodes ?? []).Select((node, index) => (node, index)).Where(given => !string.IsNullOrWhiteSpace(given.node));

    private static BrokerNode? Parse(string given, int defaultPort) =>
        Uri.TryCreate($"amqp://{given.Trim()}", UriKind.Absolute, out var address)
        && address is { UserInfo: "", PathAndQuery: "" or "/", Fragment: "", Port: not 0 }
        // Not, for example, several with commas between them.
        && Uri.CheckHostName(address.IdnHost) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? new BrokerNode(address.IdnHost, address.Port > 0 ? address.Port : defaultPort)
            : null;
}
