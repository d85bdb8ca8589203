using OfflineActions.Dev;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;

namespace OfflineActions.Tests.Messaging;

/// <summary>A broker of several nodes, of which the first is away.</summary>
[Category("Broker")]
public sealed class BrokerNodeTests
{
    [Test]
    public async Task Gateway_worker_and_operator_use_a_node_that_runs()
    {
        await using var broker = await Broker.VirtualHostAsync();
        var away = new UriBuilder(broker.Url) { Port = FreePorts.Take() }.Uri;
        await using var system = await EchoSystem.StartAsync(("Bus:Url", away.AbsoluteUri), ("Bus:Nodes:0", broker.Url.Authority));

        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");

        Assert.That(
            await Eventually.IsAsync(async () => (string?)(await system.Database.GetAsync("luke"))["action"] == "person_success"),
            Is.True);
        await using var operators = await BrokerConnection.OpenAsync(
            new BusOptions { Url = away, Nodes = [broker.Url.Authority] }, "operator", CancellationToken.None);
        Assert.That((await operators.FindQueueAsync("person-requested", CancellationToken.None))?.Consumers, Is.GreaterThan(0));
    }
}
