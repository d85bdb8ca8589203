using Dev;
using Microservices.Tests.Dev;
using Microservices.Tests.Emulators;

namespace Microservices.Tests.CatchUp;

/// <summary>What goes wrong around catch-up, and is made good.</summary>
[Category("Broker")]
public sealed class CatchUpTroubleTests
{
    [TestCase("""{"since":"999","marker":"","holder":"","channel":"","id":"","requests":["person_request"],"signature":"AAAA"}""")]
    [TestCase("""{"since":"999","marker":"","holder":"somebody","channel":"","id":"","requests":["person_request"]}""")]
    [TestCase("""{"since":[{}],"requests":7}""")]
    [TestCase("{}")]
    public async Task A_checkpoint_that_no_gateway_wrote_is_not_believed(string forged)
    {
        await using var world = await CatchUpWorld.Start();
        var gateway = await world.Gateway();
        await gateway.Terminate();
        await world.Replace(forged);
        await world.Ask("open");

        var next = await world.Gateway();

        Assert.That(await world.Has(1), Is.True);
        Assert.That(next.Output.ToString(), Does.Contain("not written by a gateway"));
    }

    [Test]
    public async Task A_checkpoint_of_another_keyspace_is_not_believed()
    {
        await using var world = await CatchUpWorld.Start("db", "other");
        await (await world.Gateway(("Keyspaces__0", "other"))).Terminate();
        var stolen = (await world.Outside.Admin.Get("other/_local/offline-actions-checkpoint")).Json;
        stolen.AsObject().Remove("_id");
        stolen.AsObject().Remove("_rev");
        await world.Replace(stolen.ToJsonString());

        var gateway = await world.Gateway();

        Assert.That(gateway.Output.ToString(), Does.Contain("not written by a gateway"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_checkpoint_that_is_touched_while_a_gateway_runs_only_costs_a_scan(bool isDeleted)
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        await world.Ask("one");
        Assert.That(await world.Has(1), Is.True);

        await (isDeleted ? world.Delete() : world.Replace("""{"since":"999"}"""));

        Assert.That(await world.Stores(stored => stored["signature"] is not null), Is.True);
        await world.Ask("two");
        Assert.That(await Eventually.Is(async () => (await world.TakeMessages()).Contains("two")), Is.True);
    }

    [Test]
    public async Task A_Sync_Gateway_that_restarts_empty_is_followed_from_its_beginning()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        for (var i = 0; i < 20; i++)
        {
            await world.Outside.Admin.Put($"db/other{i}", "{}");
        }

        Assert.That(await world.IsPassed(), Is.True);

        await world.Outside.Gateway.Restart();
        await world.Ask("new");

        Assert.That(await world.Has(1), Is.True);
    }

    [Test]
    public async Task A_Sync_Gateway_that_comes_back_as_it_once_was_is_followed_from_there()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        var revision = await world.Ask("open again");
        Assert.That(await world.Has(1), Is.True);
        var dump = world.Outside.Gateway.Dump();
        await world.Answer("open again", revision);
        for (var i = 0; i < 20; i++)
        {
            await world.Outside.Admin.Put($"db/other{i}", "{}");
        }

        Assert.That(await world.IsPassed(), Is.True);
        await world.TakeMessages();

        await world.Outside.Gateway.Restart(dump);
        await world.Ask("new");

        Assert.That(await world.Has(2), Is.True);
        Assert.That(await world.TakeMessages(), Is.EqualTo(new[] { "new", "open again" }));
    }

    [Test]
    public async Task Readiness_is_red_while_Sync_Gateway_cannot_be_read_and_green_again_after()
    {
        await using var world = await CatchUpWorld.Start();
        var gateway = await world.Gateway();
        Assert.That(await world.Readiness(gateway.Url), Is.EqualTo(200));

        world.Outside.Gateway.Faults.Unauthorized = true;

        Assert.That(await Eventually.Is(async () => await world.Readiness(gateway.Url) == 503), Is.True);
        Assert.That(await Eventually.Is(() => gateway.Output.ToString().Contains("Catch-up of db cannot go on")), Is.True);
        world.Outside.Gateway.Faults.Unauthorized = false;
        await world.Ask("open");
        Assert.That(await Eventually.Is(async () => await world.Readiness(gateway.Url) == 200), Is.True);
        Assert.That(await world.Has(1), Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task All_open_requests_are_published_again_when_queues_are_lost(bool withAllElse)
    {
        await using var world = await CatchUpWorld.Start();
        var gateway = await world.Gateway();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.Ask($"d{i}")));
        Assert.That(await world.Has(20), Is.True);

        if (withAllElse)
        {
            await world.Broker.Management.DeleteVirtualHost();
            await world.Broker.Management.CreateVirtualHost();
        }
        else
        {
            await world.Broker.Management.DeleteQueue(CatchUpWorld.Work);
        }

        Assert.That(await world.Has(20), Is.True);
        Assert.That(await world.TakeMessages(), Has.Count.EqualTo(20));
        Assert.That(gateway.Output.ToString(), Does.Contain("Publishing all 20 open requests again"));
    }

    [Test]
    public async Task A_queue_that_a_worker_declares_anew_before_anybody_looks_is_missed_all_the_same()
    {
        await using var world = await CatchUpWorld.Start();
        await using var worker = await ServiceProcess.Start(new ServiceOptions
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
        await world.Gateway();
        await world.Ask("waits");
        Assert.That(await Eventually.Is(async () => (await world.Broker.Management.Queue($"{CatchUpWorld.Work}_delay_10s"))?.Messages == 1), Is.True);

        await world.Broker.Management.DeleteQueue($"{CatchUpWorld.Work}_delay_10s");

        Assert.That(
            await Eventually.Is(async () => (await world.Broker.Management.Queue($"{CatchUpWorld.Work}_delay_10s"))?.Messages == 1), Is.True);
    }
}
