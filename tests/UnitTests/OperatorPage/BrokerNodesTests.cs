using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve;
using OfflineActions.Operator.Serve.State;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>What the operator page concludes from the nodes that RabbitMQ lists. The answers are those of RabbitMQ 4.0.5, shortened.</summary>
public sealed class BrokerNodesTests
{
    [TestCase("""[{"partitions":[],"name":"a","running":true},{"partitions":[],"name":"b","running":true}]""", "", "", "2 0 0", Description = "complete")]
    [TestCase("""[{"name":"a","running":false},{"partitions":[],"name":"b","running":true},{"partitions":[],"name":"c","running":true}]""", "a", "", "2 1 0", Description = "one is down")]
    [TestCase(
        """[{"partitions":["b","c"],"name":"a","running":false},{"partitions":[],"name":"b","running":true},{"partitions":["a"],"name":"c","running":true}]""",
        "", "a b c", "0 0 3", Description = "one was frozen, and is back")]
    [TestCase(
        """[{"partitions":["b"],"name":"a","running":true},{"partitions":[],"name":"b","running":false},{"name":"c","running":false}]""",
        "c", "a b", "0 1 2", Description = "a split, and one is down")]
    [TestCase("""[{"name":"a","running":true}]""", "", "", "1 0 0", Description = "no cluster, without statistics")]
    public async Task Nodes_that_are_down_and_a_split_are_found(string answer, string down, string split, string measured)
    {
        await using var server = await ScriptedServer.AnsweringAsync(200, answer);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var api = Api(server.Url);
        var meters = services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        using var gauge = new MetricCollector<int>(meters, "OfflineActions.Operator", "offline_actions.broker.nodes");
        var nodes = new BrokerNodes(api, meters);

        await nodes.ReadAsync(CancellationToken.None);
        gauge.RecordObservableInstruments();

        Assert.That((string.Join(' ', nodes.Down), string.Join(' ', nodes.Split)), Is.EqualTo((down, split)));
        Assert.That(
            gauge.GetMeasurementSnapshot().Select(sample => (sample.Tags["state"], sample.Value)),
            Is.EqualTo(new[] { "running", "down", "split" }.Zip(measured.Split(' '), (state, count) => ((object?)state, int.Parse(count)))));
    }

    [Test]
    public async Task A_user_that_may_not_see_the_nodes_learns_nothing_about_them()
    {
        await using var server = await ScriptedServer.AnsweringAsync(401, """{"error":"not_authorized","reason":"Not monitor user"}""");
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var api = Api(server.Url);
        var nodes = new BrokerNodes(api, services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

        await nodes.ReadAsync(CancellationToken.None);

        Assert.That((nodes.Count, nodes.Down.Count, nodes.Split.Count), Is.EqualTo((0, 0, 0)));
    }

    private static ManagementApi Api(Uri url) => new(
        Options.Create(new OperatorOptions { Management = url }), Options.Create(new BusOptions { Url = new Uri("amqp://rabbitmq") }));
}
