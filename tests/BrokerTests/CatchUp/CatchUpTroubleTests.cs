using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.CatchUp;

/// <summary>Failures around catch-up, and how it recovers.</summary>
[Category("Broker")]
public sealed class CatchUpTroubleTests
{
    [TestCase("""{"since":"999","marker":"","holder":"","channel":"","id":"","requests":["person_request"],"signature":"AAAA"}""")]
    [TestCase("""{"since":"999","marker":"","holder":"somebody","channel":"","id":"","requests":["person_request"]}""")]
    [TestCase("""{"since":[{}],"requests":7}""")]
    [TestCase("{}")]
    public async Task A_checkpoint_that_no_gateway_wrote_is_not_accepted(string forged)
    {
        await using var world = await CatchUpWorld.StartAsync();
        var gateway = await world.GatewayAsync();
        await gateway.TerminateAsync();
        await world.ReplaceAsync(forged);
        await world.AskAsync("open");

        var next = await world.GatewayAsync();

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(next.Output.ToString(), Does.Contain("not written by a gateway"));
    }

    [Test]
    public async Task A_checkpoint_of_another_keyspace_is_not_accepted()
    {
        await using var world = await CatchUpWorld.StartAsync("db", "other");
        await (await world.GatewayAsync(("Keyspaces__0", "other"))).TerminateAsync();
        var stolen = (await world.Outside.Admin.GetAnswerAsync("other/_local/offline-actions-checkpoint")).Json;
        stolen.AsObject().Remove("_id");
        stolen.AsObject().Remove("_rev");
        await world.ReplaceAsync(stolen.ToJsonString());

        var gateway = await world.GatewayAsync();

        Assert.That(gateway.Output.ToString(), Does.Contain("not written by a gateway"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_checkpoint_that_is_changed_while_a_gateway_runs_only_costs_a_scan(bool isDeleted)
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        await world.AskAsync("one");
        Assert.That(await world.HasAsync(1), Is.True);

        await (isDeleted ? world.DeleteAsync() : world.ReplaceAsync("""{"since":"999"}"""));

        Assert.That(await world.StoresAsync(stored => stored["signature"] is not null), Is.True);
        await world.AskAsync("two");
        Assert.That(await Eventually.IsAsync(async () => (await world.TakeMessagesAsync()).Contains("two")), Is.True);
    }

    [Test]
    public async Task A_Sync_Gateway_that_restarts_empty_is_followed_from_its_beginning()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        for (var i = 0; i < 20; i++)
        {
            await world.Outside.Admin.PutAnswerAsync($"db/other{i}", "{}");
        }

        Assert.That(await world.IsPassedAsync(), Is.True);

        await world.Outside.Gateway.RestartAsync();
        await world.AskAsync("new");

        Assert.That(await world.HasAsync(1), Is.True);
    }

    [Test]
    public async Task A_Sync_Gateway_that_is_restored_from_a_backup_is_followed_from_there()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        var revision = await world.AskAsync("open again");
        Assert.That(await world.HasAsync(1), Is.True);
        var dump = world.Outside.Gateway.Dump();
        await world.AnswerAsync("open again", revision);
        for (var i = 0; i < 20; i++)
        {
            await world.Outside.Admin.PutAnswerAsync($"db/other{i}", "{}");
        }

        Assert.That(await world.IsPassedAsync(), Is.True);
        await world.TakeMessagesAsync();

        await world.Outside.Gateway.RestartAsync(dump);
        await world.AskAsync("new");

        Assert.That(await world.HasAsync(2), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "new", "open again" }));
    }

    [Test]
    public async Task The_gateway_is_degraded_but_ready_while_Sync_Gateway_cannot_be_read_and_healthy_afterwards()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var gateway = await world.GatewayAsync();
        Assert.That(await world.ReadinessAsync(gateway.Url), Is.EqualTo((200, "Healthy")));

        world.Outside.Gateway.Faults.Unauthorized = true;

        Assert.That(await Eventually.IsAsync(async () => await world.ReadinessAsync(gateway.Url) == (200, "Degraded")), Is.True);
        Assert.That(await Eventually.IsAsync(() => gateway.Output.ToString().Contains("Catch-up of db failed")), Is.True);
        world.Outside.Gateway.Faults.Unauthorized = false;
        await world.AskAsync("open");
        Assert.That(await Eventually.IsAsync(async () => await world.ReadinessAsync(gateway.Url) == (200, "Healthy")), Is.True);
        Assert.That(await world.HasAsync(1), Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task All_open_requests_are_published_again_after_the_loss_of_queues(bool withAllElse)
    {
        await using var world = await CatchUpWorld.StartAsync();
        var gateway = await world.GatewayAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.AskAsync($"d{i}")));
        Assert.That(await world.HasAsync(20), Is.True);

        if (withAllElse)
        {
            await world.Broker.Management.DeleteVirtualHostAsync();
            await world.Broker.Management.CreateVirtualHostAsync();
        }
        else
        {
            await world.Broker.Management.DeleteQueueAsync(CatchUpWorld.Work);
        }

        Assert.That(await world.HasAsync(20), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Has.Count.EqualTo(20));
        Assert.That(gateway.Output.ToString(), Does.Contain("new broker or queues detected: 20 open requests will be republished"));
    }

    [Test]
    public async Task A_first_start_does_not_report_a_new_broker()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.AskAsync("open");

        var gateway = await world.GatewayAsync();

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await world.StoresAsync(stored => (string?)stored["marker"] is { Length: > 0 }), Is.True);
        Assert.That(gateway.Output.ToString(), Does.Not.Contain("new broker or queues"));
    }

    [Test]
    public async Task The_loss_of_a_queue_is_detected_after_a_worker_has_declared_it_again()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await using var worker = await ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = "Worker",
            ReadyPath = null,
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = world.Broker.Url.ToString(),
                ["SyncGateway__Url"] = world.Outside.Gateway.PublicUrl.ToString(),
                ["Swapi__BaseAddresses__0"] = "http://127.0.0.1:9/",
            },
        });
        await world.GatewayAsync();
        await world.AskAsync("waits");
        Assert.That(await Eventually.IsAsync(async () => (await world.Broker.Management.QueueAsync($"{CatchUpWorld.Work}_delay_10s"))?.Messages == 1), Is.True);

        await world.Broker.Management.DeleteQueueAsync($"{CatchUpWorld.Work}_delay_10s");

        Assert.That(
            await Eventually.IsAsync(async () => (await world.Broker.Management.QueueAsync($"{CatchUpWorld.Work}_delay_10s"))?.Messages == 1), Is.True);
    }
}
