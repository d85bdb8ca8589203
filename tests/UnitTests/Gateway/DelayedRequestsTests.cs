using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Gateway;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging;

namespace OfflineActions.Tests.Gateway;

public sealed class DelayedRequestsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T03:04:05Z");
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly DelayedRequests delayed = new(
        Options.Create(new BusOptions { Delays = [TimeSpan.FromSeconds(1), Hour] }),
        Options.Create(new GatewayOptions { RepublishAfter = 2 * Hour }),
        new FakeTimeProvider(Now));

    [Test]
    public void A_message_that_a_worker_has_delayed_comes_back_at_that_time() =>
        Assert.That(delayed.FindReturn(Now + Hour), Is.EqualTo(Now + Hour));

    [Test]
    public void When_that_time_has_come_the_message_should_be_back()
    {
        Assert.That(delayed.FindReturn(Now), Is.Null);
        Assert.That(delayed.FindReturn(Now, margin: Hour), Is.EqualTo(Now + Hour));
        Assert.That(delayed.FindReturn(Now - Hour, margin: Hour), Is.Null);
    }

    [Test]
    public void A_request_waits_no_longer_than_until_it_is_published_again_in_any_case()
    {
        Assert.That(delayed.FindReturn(Now + (3 * Hour)), Is.EqualTo(Now + (2 * Hour)));
        Assert.That(delayed.FindReturn(Now + Hour, margin: 3 * Hour), Is.EqualTo(Now + (2 * Hour)));
    }

    [Test]
    public void A_request_without_the_time_is_not_delayed() => Assert.That(delayed.FindReturn(null, margin: Hour), Is.Null);

    [Test]
    public void A_time_that_no_worker_writes_counts_as_none()
    {
        Assert.That(delayed.FindReturn(Now + (3 * Hour)), Is.Not.Null, "A long Retry-After.");
        Assert.That(delayed.FindReturn(Now + (3 * Hour) + TimeSpan.FromMinutes(5)), Is.Not.Null, "The same by a clock that is wrong.");
        Assert.That(delayed.FindReturn(Now + (3 * Hour) + TimeSpan.FromMinutes(6)), Is.Null);
        Assert.That(delayed.FindReturn(DateTimeOffset.MaxValue, margin: Hour), Is.Null);
        Assert.That(delayed.FindReturn(DateTimeOffset.MinValue, margin: Hour), Is.Null);
    }
}
