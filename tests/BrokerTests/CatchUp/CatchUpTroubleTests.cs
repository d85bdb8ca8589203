using OfflineActions.Dev;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.CatchUp;

/// <summary>What goes wrong around catch-up, and is made good.</summary>
[Category("Broker")]
public sealed class CatchUpTroubleTests
{
    /// <summary>Every user of a database may write its local documents, of any content and size.</summary>
    [TestCase("offline-actions-checkpoint")]
    [TestCase("offline-actions-refused-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public async Task Local_documents_that_an_app_user_writes_stop_nothing(string name)
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        string[] bodies =
        [
            "{}",
            """{"since":"999","marker":"","holder":"","requests":["person_request"],"signature":"AAAA"}""",
            $$"""{"since":"{{new string('<', 7 * 1024 * 1024)}}"}""",
            string.Concat(Enumerable.Repeat("""{"a":""", 600)) + "1" + new string('}', 600),
        ];
        foreach (var (body, number) in bodies.Select((body, number) => (body, number)))
        {
            var revision = number == 0 ? "" : $"\"_rev\":\"0-{number}\",";
            await world.Outside.Admin.PutAnswerAsync($"db/_local/{name}", body is "{}" ? "{}" : "{" + revision + body[1..]);
            await world.AskAsync($"d{number}");
            Assert.That(await world.HasAsync((uint)number + 1), Is.True);
        }

        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "d0", "d1", "d2", "d3" }));
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

        await world.Outside.Gateway.RestartAsync();
        await world.AskAsync("new");

        Assert.That(await world.HasAsync(1), Is.True);
    }

    [Test]
    public async Task A_Sync_Gateway_that_comes_back_as_it_once_was_is_followed_from_there()
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

        await world.TakeMessagesAsync();

        await world.Outside.Gateway.RestartAsync(dump);
        await world.AskAsync("new");

        Assert.That(await world.HasAsync(2), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "new", "open again" }));
    }

    [Test]
    public async Task A_gateway_that_follows_another_Sync_Gateway_for_a_while_misses_nothing_of_the_first()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await using var other = await Emulated.StartAsync();
        for (var i = 0; i < 30; i++)
        {
            await other.Admin.PutAnswerAsync($"db/other{i}", "{}");
        }

        await other.Admin.PutAnswerAsync("db/elsewhere", """{"action":"person_request"}""");
        await world.GatewayAsync();
        await world.StopGatewaysAsync();
        await using (var gateway = await ServiceProcess.StartAsync(world.Options(("SyncGateway__Url", other.Gateway.AdminUrl.ToString()))))
        {
            Assert.That(await world.HasAsync(1), Is.True);
            Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "elsewhere" }));
            await gateway.TerminateAsync();
        }

        await world.AskAsync("between");
        await world.GatewayAsync();
        await world.AskAsync("afterwards");

        Assert.That(await world.HasAsync(2), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "afterwards", "between" }));
    }

    [Test]
    public async Task A_gateway_that_signs_in_as_another_user_finds_what_the_former_user_could_not_read()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.Outside.Admin.PutAnswerAsync("db/_user/narrow", """{"name":"narrow","password":"secret","admin_channels":["a"]}""");
        await world.Outside.Admin.PutAnswerAsync("db/_user/wide", """{"name":"wide","password":"secret","admin_channels":["a","b"]}""");
        await world.Outside.Admin.PutAnswerAsync("db/hidden", """{"action":"person_request","channels":"b"}""");
        var shown = await world.Outside.Admin.PutAnswerAsync("db/shown", """{"action":"person_request","channels":"a"}""");
        var url = world.Outside.Gateway.PublicUrl.ToString();
        await world.GatewayAsync(("SyncGateway__Url", url), ("SyncGateway__User", "narrow"), ("SyncGateway__Password", "secret"));
        Assert.That(await world.HasAsync(1), Is.True);
        await world.AnswerAsync("shown", shown.Revision);
        await world.TakeMessagesAsync();
        await world.AskAsync("last");
        await world.StopGatewaysAsync();

        await world.GatewayAsync(("SyncGateway__Url", url), ("SyncGateway__User", "wide"), ("SyncGateway__Password", "secret"));

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "hidden" }));
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
    public async Task All_open_requests_are_published_again_when_queues_are_lost(bool withAllElse)
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
        Assert.That(
            await Eventually.IsAsync(() => gateway.Output.ToString().Contains("new broker or queues detected: 20 open requests will be republished")),
            Is.True);
    }

    [Test]
    public async Task A_first_start_does_not_report_a_new_broker()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.AskAsync("open");

        var gateway = await world.GatewayAsync();

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(gateway.Output.ToString(), Does.Not.Contain("new broker or queues"));
    }

    [Test]
    public async Task A_queue_that_a_worker_declares_anew_before_anybody_looks_is_missed_all_the_same()
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
