using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.CatchUp;

/// <summary>Of several gateways, one follows a keyspace.</summary>
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
        Assert.That(other.Output.ToString(), Does.Contain("another gateway follows"));
        Assert.That(await world.TakeMessagesAsync(), Is.EqualTo(new[] { "one" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task When_the_gateway_that_follows_ends_the_other_takes_over(bool isTerminated)
    {
        await using var world = await CatchUpWorld.StartAsync();
        var first = await world.GatewayAsync();
        await world.GatewayAsync();

        await (isTerminated ? first.TerminateAsync() : first.KillAsync());
        await world.AskAsync("one");

        Assert.That(await world.HasAsync(1), Is.True);
    }

    [Test]
    public async Task A_gateway_that_was_frozen_loses_the_lease_and_does_not_move_the_checkpoint()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var first = await world.GatewayAsync();
        var frozen = (string?)(await world.StoredAsync())!["holder"];
        await world.GatewayAsync();

        first.Pause();
        Assert.That(await world.StoresAsync(stored => (string?)stored["holder"] != frozen), Is.True);
        await world.AskAsync("one");
        Assert.That(await world.HasAsync(1), Is.True);
        first.Resume();

        Assert.That(await Eventually.IsAsync(() => first.Output.ToString().Contains("the lease is lost")), Is.True);
        Assert.That(await Eventually.IsAsync(() => first.Output.ToString().Contains("another gateway follows")), Is.True);
        Assert.That((string?)(await world.StoredAsync())!["holder"], Is.Not.EqualTo(frozen));
    }
}
