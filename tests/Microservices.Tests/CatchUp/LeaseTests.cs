using Microservices.Tests.Dev;

namespace Microservices.Tests.CatchUp;

/// <summary>Several gateways, of which one follows.</summary>
[Category("Broker")]
public sealed class LeaseTests
{
    [Test]
    public async Task Of_two_gateways_one_follows()
    {
        await using var world = await CatchUpWorld.Start();
        await world.Gateway();
        var other = await world.Gateway();

        await world.Ask("one");

        Assert.That(await world.Has(1), Is.True);
        Assert.That(other.Output.ToString(), Does.Contain("another gateway follows"));
        Assert.That(await world.TakeMessages(), Is.EqualTo(new[] { "one" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task When_the_one_that_follows_ends_the_other_takes_over(bool isAsked)
    {
        await using var world = await CatchUpWorld.Start();
        var first = await world.Gateway();
        await world.Gateway();

        await (isAsked ? first.Terminate() : first.Kill());
        await world.Ask("one");

        Assert.That(await world.Has(1), Is.True);
    }

    [Test]
    public async Task One_that_was_frozen_steps_down_and_moves_nothing()
    {
        await using var world = await CatchUpWorld.Start();
        var first = await world.Gateway();
        var frozen = (string?)(await world.Stored())!["holder"];
        await world.Gateway();

        first.Pause();
        Assert.That(await world.Stores(stored => (string?)stored["holder"] != frozen), Is.True);
        await world.Ask("one");
        Assert.That(await world.Has(1), Is.True);
        first.Resume();

        Assert.That(await Eventually.Is(() => first.Output.ToString().Contains("the lease is lost")), Is.True);
        Assert.That(await Eventually.Is(() => first.Output.ToString().Contains("another gateway follows")), Is.True);
        Assert.That((string?)(await world.Stored())!["holder"], Is.Not.EqualTo(frozen));
    }
}
