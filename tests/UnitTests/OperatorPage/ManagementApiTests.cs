using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve;
using OfflineActions.Operator.Serve.State;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.OperatorPage;

public sealed class ManagementApiTests
{
    private const string Queues = """[{"name":"person-requested","messages_unacknowledged":3}]""";

    [Test]
    public async Task When_the_first_node_is_away_the_next_one_is_asked_and_from_then_on_first()
    {
        await using var failing = await ScriptedServer.AnsweringAsync(503, "{}");
        await using var working = await ScriptedServer.AnsweringAsync(200, Queues);
        using var api = new ManagementApi(
            Options.Create(new OperatorOptions { Management = failing.Url, ManagementNodes = [working.Url] }),
            Options.Create(new BusOptions { Url = new Uri("amqp://user:secret@rabbitmq/v") }));

        var rates = await api.ReadAsync(CancellationToken.None);
        await api.ReadAsync(CancellationToken.None);

        Assert.That(rates!["person-requested"].Held, Is.EqualTo(3));
        Assert.That((failing.Requests.Count, working.Requests.Count), Is.EqualTo((1, 2)));
        Assert.That(working.Requests[0].Target, Does.StartWith("/api/queues/v?"));
    }

    [Test]
    public async Task When_every_node_is_away_nothing_is_known()
    {
        await using var failing = await ScriptedServer.AnsweringAsync(503, "{}");
        using var api = new ManagementApi(
            Options.Create(new OperatorOptions { Management = failing.Url, ManagementNodes = [new Uri("http://127.0.0.1:1")] }),
            Options.Create(new BusOptions { Url = new Uri("amqp://rabbitmq") }));

        Assert.That(await api.ReadAsync(CancellationToken.None), Is.Null);
    }
}
