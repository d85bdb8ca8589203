using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.CatchUp;

/// <summary>Several gateways, one of which follows the feed.</summary>
[Category("Broker")]
public sealed class LeaseTests
{
    [Test]
    public async Task Of_two_gateways_one_follows()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        var other = await world.GatewayAsync();

        await world.AskAsync("one");

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await Eventually.IsAsync(() => other.Output.ToString().Contains("another gateway follows")), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "one" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task When_the_one_that_follows_ends_the_other_takes_over_at_once(bool isAsked)
    {
        await using var world = await CatchUpWorld.StartAsync();
        var first = await world.GatewayAsync();
        var second = await world.GatewayAsync();
        Assert.That(await Eventually.IsAsync(() => second.Output.ToString().Contains("another gateway follows")), Is.True);

        await (isAsked ? first.TerminateAsync() : first.KillAsync());
        await world.AskAsync("one");

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(await Eventually.IsAsync(() => second.Output.ToString().Contains("this gateway follows")), Is.True);
    }

    [Test]
    public async Task One_that_was_frozen_steps_down()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var first = await world.GatewayAsync();
        var second = await world.GatewayAsync();

        first.Pause();
        try
        {
            // The broker needs two heartbeats of 10 s to notice.
            Assert.That(
                await Eventually.IsAsync(() => second.Output.ToString().Contains("this gateway follows"), TimeSpan.FromSeconds(60)), Is.True);
            await world.AskAsync("one");
            Assert.That(await world.HasAsync(1), Is.True);
        }
        finally
        {
            first.Resume();
        }

        Assert.That(await Eventually.IsAsync(() => first.Output.ToString().Contains("the lease is lost")), Is.True);
        Assert.That(await Eventually.IsAsync(() => first.Output.ToString().Contains("another gateway follows")), Is.True);
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "one" }));

        // What it knows of the queues is old now. A queue that is lost later is no news to the next one that follows.
        await world.Broker.Management.DeleteQueueAsync(CatchUpWorld.Delay);
        Assert.That(await Eventually.IsAsync(() => second.Output.ToString().Contains("new broker or queues")), Is.True);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.AskAsync($"d{i}")));
        Assert.That(await world.HasAsync(21), Is.True);
        await second.KillAsync();
        Assert.That(await Eventually.IsAsync(() => Count(first, "this gateway follows") == 2), Is.True);
        Assert.That(await world.StaysAtAsync(21), Is.True);
        Assert.That(await world.MarkersAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Who_takes_over_does_not_rely_on_messages_that_were_lost_while_another_gateway_watched()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var first = await world.GatewayAsync();
        var second = await world.GatewayAsync();
        world.SendWebhooks(second);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => world.AskAsync($"d{i}")));
        Assert.That(await world.HasAsync(5), Is.True);

        // The first one notices the loss and stores that. It dies before the requests have messages again, which the second one cannot see.
        second.Pause();
        try
        {
            await world.Broker.Management.DeleteQueueAsync(CatchUpWorld.Work);
            Assert.That(await Eventually.IsAsync(() => first.Output.ToString().Contains("new broker or queues")), Is.True);
            Assert.That(await world.HasAsync(5), Is.True);
            await first.KillAsync();
            await world.TakeMessagesAsync();
        }
        finally
        {
            second.Resume();
        }

        Assert.That(await world.HasAsync(5), Is.True);
    }

    [Test]
    public async Task A_keyspace_that_is_added_to_the_configuration_leaves_the_others_alone()
    {
        await using var world = await CatchUpWorld.StartAsync("db", "two");
        await world.GatewayAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.AskAsync($"d{i}")));
        Assert.That(await world.HasAsync(20), Is.True);
        await world.StopGatewaysAsync();

        var gateway = await world.GatewayAsync(("Keyspaces__0", "db"), ("Keyspaces__1", "two"));

        Assert.That(await Eventually.IsAsync(() => Count(gateway, "this gateway follows") == 2), Is.True);
        Assert.That(await world.StaysAtAsync(20), Is.True);
        await world.AskAsync("other", "two");
        Assert.That(await world.HasAsync(21), Is.True);
    }

    [Test]
    public async Task The_queue_of_the_lease_holds_one_message_however_often_it_was_handed_over()
    {
        await using var world = await CatchUpWorld.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var gateway = await world.GatewayAsync();
            await world.AskAsync($"d{i}");
            Assert.That(await world.HasAsync((uint)i + 1), Is.True);
            await gateway.TerminateAsync();
        }

        Assert.That(await Eventually.IsAsync(async () => (await world.Broker.Management.QueueAsync(CatchUpWorld.Lease))?.Messages == 1), Is.True);
    }

    [Test]
    public async Task Messages_that_an_operator_puts_into_the_queue_of_the_lease_do_no_harm()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        await world.AskAsync("one");
        Assert.That(await world.HasAsync(1), Is.True);
        await world.StopGatewaysAsync();
        var stored = (await world.StoredAsync())!.ToJsonString();
        foreach (var body in new[] { "no JSON", "{}", "" })
        {
            foreach (var generation in new JsonNode?[] { long.MaxValue, long.MaxValue / 2, 1_000_000, 0, -1, "a text", true })
            {
                await world.PublishToLeaseAsync(body, generation);
            }
        }

        var gateway = await world.GatewayAsync();
        await world.AskAsync("two");

        Assert.That(await world.HasAsync(2), Is.True);
        Assert.That(gateway.Output.ToString(), Does.Not.Contain("new broker or queues"));
        Assert.That(await world.StaysAtAsync(2), Is.True);
        await world.StopGatewaysAsync();
        Assert.That(await Eventually.IsAsync(async () => (await world.Broker.Management.QueueAsync(CatchUpWorld.Lease))?.Messages == 1), Is.True);
        Assert.That((string?)(await world.StoredAsync())!["marker"], Is.EqualTo((string?)JsonNode.Parse(stored)!["marker"]));
    }

    [Test]
    public async Task A_lease_whose_queue_is_deleted_is_taken_again()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var gateway = await world.GatewayAsync();
        await world.AskAsync("one");
        Assert.That(await world.HasAsync(1), Is.True);

        await world.DeleteLeaseAsync();

        Assert.That(await Eventually.IsAsync(() => gateway.Output.ToString().Contains("the lease is lost")), Is.True);
        await world.AskAsync("two");
        Assert.That(await Eventually.IsAsync(async () => (await world.TakeMessagesAsync()).Contains("two")), Is.True);
    }

    [Test]
    public async Task A_keyspace_that_is_taken_over_from_another_gateway_is_not_published_again()
    {
        await using var world = await CatchUpWorld.StartAsync("db", "two");
        var other = await world.GatewayAsync(("Keyspaces__0", "two"));
        var heir = await world.GatewayAsync(("Keyspaces__0", "db"), ("Keyspaces__1", "two"));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => world.AskAsync($"t{i}", "two")));
        Assert.That(await world.HasAsync(20), Is.True);

        await other.KillAsync();

        Assert.That(await Eventually.IsAsync(() => Count(heir, "this gateway follows") == 2), Is.True);
        Assert.That(await world.StaysAtAsync(20), Is.True);
        await world.AskAsync("t20", "two");
        Assert.That(await world.HasAsync(21), Is.True);
    }

    private static int Count(ServiceProcess gateway, string text) => gateway.Output.ToString().Split(text).Length - 1;
}
