using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using OfflineActions.Messaging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Tests.Messaging;

public sealed class BrokerNodeTests
{
    [Test]
    public void The_node_of_the_address_comes_first_and_gives_the_others_its_port()
    {
        Assert.That(Find("amqp://a", null), Is.EqualTo(["a:5672"]));
        Assert.That(Find("amqps://a", "b", "c:7"), Is.EqualTo(["a:5671", "b:5671", "c:7"]));
        Assert.That(Find("amqp://a:9/v", " b ", "", "[::1]:7", "a:9"), Is.EqualTo(["a:9", "b:9", "::1:7"]));
    }

    [TestCase("user:secret@b")]
    [TestCase("amqp://b")]
    [TestCase("b/vhost")]
    [TestCase("b c")]
    [TestCase("b:99999")]
    [TestCase("b:0")]
    [TestCase("b,c")]
    [TestCase("amqps://b:5671")]
    [TestCase("::1")]
    [TestCase("b?heartbeat=1")]
    public void What_is_no_node_is_an_error_without_the_value(string node)
    {
        var options = new BusOptions { Url = new Uri("amqp://a"), Nodes = ["b", node] };

        Assert.That(
            options.Validate(new ValidationContext(options)).Select(error => error.ErrorMessage),
            Is.EqualTo(["Bus:Nodes:1 must be the host of another node, or host:port. User, virtual host and TLS are those of Bus:Url."]));
    }

    [Test]
    public void A_factory_gets_the_node_and_with_several_nodes_short_limits()
    {
        var options = new BusOptions { Url = new Uri("amqp://a"), Nodes = ["b"] };
        var factory = new ConnectionFactory { Uri = options.Url };

        BrokerNode.AllOf(options)[1].Use(factory, options);

        Assert.That((factory.HostName, factory.Port, factory.RequestedHeartbeat), Is.EqualTo(("b", 5672, TimeSpan.FromSeconds(10))));
        Assert.That(factory.EndpointResolverFactory([]).All().Select(endpoint => endpoint.HostName), Is.EqualTo(["b"]));
        Assert.That(factory.RequestedConnectionTimeout, Is.EqualTo(TimeSpan.FromSeconds(10)));
        var hurried = new ConnectionFactory { RequestedConnectionTimeout = TimeSpan.FromSeconds(5) };
        BrokerNode.AllOf(options)[1].Use(hurried, options);
        Assert.That(hurried.RequestedConnectionTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
        var single = new ConnectionFactory { RequestedHeartbeat = TimeSpan.FromSeconds(60) };
        new BrokerNode("a", 1).Use(single, new BusOptions { Url = options.Url });
        Assert.That(single.RequestedHeartbeat, Is.EqualTo(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public void When_every_node_is_away_the_error_says_so()
    {
        var options = new BusOptions { Url = new Uri("amqp://127.0.0.1:1"), Nodes = ["127.0.0.1:2", "127.0.0.1:3"] };

        var error = Assert.ThrowsAsync<BrokerUnreachableException>(() =>
            SeparateConnection.OpenAsync(options, "test", TimeSpan.FromSeconds(5), heartbeat: null, CancellationToken.None));

        Assert.That(BrokerNode.IsAway(error), Is.True);
        Assert.That(BrokerError.Describe(error), Does.StartWith("the broker cannot be reached: ").And.EndWith("127.0.0.1:1"));
    }

    /// <summary>The system of a frozen node accepts connections, and nothing answers on them.</summary>
    [Test]
    public async Task A_node_that_accepts_a_connection_and_never_answers_is_left()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        var options = new BusOptions { Url = new Uri($"amqp://{frozen.LocalEndpoint}"), Nodes = ["127.0.0.1:1"] };

        var opening = SeparateConnection.OpenAsync(options, "test", TimeSpan.FromSeconds(1), heartbeat: null, CancellationToken.None);

        await Task.WhenAny(opening, Task.Delay(TimeSpan.FromSeconds(20)));
        Assert.That(opening.IsFaulted && BrokerNode.IsAway(opening.Exception.GetBaseException()), Is.True);
    }

    private static IEnumerable<string> Find(string url, params string[]? others) =>
        BrokerNode.AllOf(new BusOptions { Url = new Uri(url), Nodes = others }).Select(node => $"{node.Host}:{node.Port}");
}
