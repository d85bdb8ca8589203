namespace OfflineActions.Tests.CatchUp;

/// <summary>A process that has nothing to do sleeps.</summary>
public sealed class IdleTests
{
    [Test]
    public async Task A_gateway_and_a_worker_with_an_empty_feed_hardly_wake_up()
    {
        await using var gateway = await IdleGateway.StartAsync(isAnswered: true);
        Assert.That(await gateway.IsSoonAsync(gateway.IsFollowedAsync), Is.True);
        var (ended, checks) = (gateway.Clock.Ended, gateway.Checks);

        // Shorter than the 30 s after which Sync Gateway would have to answer.
        await gateway.AdvanceAsync(TimeSpan.FromSeconds(25));

        Assert.That(gateway.Clock.Ended - ended, Is.LessThan(25));
        Assert.That(gateway.Checks - checks, Is.EqualTo(5), "Sync Gateway is asked for its process every 5 s");
        Assert.That(await gateway.IsFollowedAsync(), Is.True);
    }
}
