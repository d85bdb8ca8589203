using System.Diagnostics;
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

    [Test]
    public async Task A_node_that_hangs_does_not_keep_the_next_one_from_answering()
    {
        await using var hanging = await HangingAsync();
        await using var working = await ScriptedServer.AnsweringAsync(200, Queues);
        using var api = new ManagementApi(
            Options.Create(new OperatorOptions { Management = hanging.Url, ManagementNodes = [working.Url] }),
            Options.Create(new BusOptions { Url = new Uri("amqp://rabbitmq") }));

        var rates = await api.ReadAsync(CancellationToken.None);
        await api.ReadAsync(CancellationToken.None);

        Assert.That(rates!["person-requested"].Held, Is.EqualTo(3));
        Assert.That((hanging.Requests.Count, working.Requests.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    [CancelAfter(20_000)]
    public async Task Nodes_that_all_hang_take_the_time_of_one(CancellationToken cancellationToken)
    {
        await using var first = await HangingAsync();
        await using var second = await HangingAsync();
        await using var third = await HangingAsync();
        using var api = new ManagementApi(
            Options.Create(new OperatorOptions { Management = first.Url, ManagementNodes = [second.Url, third.Url] }),
            Options.Create(new BusOptions { Url = new Uri("amqp://rabbitmq") }));
        await api.ReadAsync(cancellationToken);

        var time = Stopwatch.StartNew();
        Assert.That(await api.ReadAsync(cancellationToken), Is.Null);

        Assert.That(time.Elapsed, Is.LessThan(TimeSpan.FromSeconds(4)));
        Assert.That(third.Requests, Is.Not.Empty);
    }

    private static Task<ScriptedServer> HangingAsync() => ScriptedServer.StartAsync(context =>
        Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
}
