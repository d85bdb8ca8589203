using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Leases;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A gateway that sleeps notices at once what it would otherwise look for seconds later.</summary>
public sealed class WakingTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();

    [Test]
    public async Task A_check_of_the_broker_and_lost_queues_are_noticed_within_200_ms()
    {
        await using var gateway = await IdleGateway.StartAsync(isBrokerChecked: false);
        await gateway.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(await gateway.IsFollowedAsync(), Is.False);

        // The loop that stores sleeps until it asks Sync Gateway again, so it needs no time at all.
        gateway.Marker.SetReplaced("first");
        Assert.That(await gateway.IsSoonAsync(gateway.IsFollowedAsync), Is.True, "the check");

        await gateway.AdvanceAsync(TimeSpan.FromSeconds(1));
        var revision = (await gateway.Outside.Admin.PutAnswerAsync("db/a", """{"action":"person_request"}""")).Revision;
        Assert.That(await gateway.IsSoonAsync(() => gateway.Clock.Sleeps.Count == 3), Is.True, "reading rests after the page");
        await gateway.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(gateway.PublishedAt("a", revision), Is.Null, "it is left to the webhook for 15 s");

        gateway.Marker.SetReplaced("second");
        Assert.That(await gateway.IsSoonAsync(() => gateway.PublishedAt("a", revision) is not null), Is.True, "the loss");

        // It has just looked, and sleeps for its minimum.
        var first = gateway.PublishedAt("a", revision);
        Assert.That(await gateway.IsSoonAsync(() => gateway.Clock.Sleeps.SequenceEqual([Milliseconds(100), Milliseconds(200)])), Is.True);
        gateway.Marker.SetReplaced("third");
        gateway.Clock.Advance(Milliseconds(200));
        Assert.That(await gateway.IsSoonAsync(() => gateway.PublishedAt("a", revision) > first), Is.True, "the loss soon after another");
    }

    [Test]
    public async Task A_page_that_comes_long_after_the_last_is_stored_at_once()
    {
        await using var gateway = await IdleGateway.StartAsync();

        // The first page is stored after 5 s, so the next may be after 10 s.
        await gateway.AdvanceAsync(TimeSpan.FromSeconds(10.5));
        var checks = gateway.Checks;

        await gateway.Outside.Admin.PutAnswerAsync("db/a", """{"asks":"nothing"}""");

        // A place is confirmed with Sync Gateway before it is stored.
        Assert.That(await gateway.IsSoonAsync(() => gateway.Checks > checks), Is.True);
        Assert.That(gateway.Checks, Is.EqualTo(checks + 1));
    }

    [Test]
    public async Task A_page_that_comes_while_nothing_is_due_is_published_at_once_or_after_the_minimum()
    {
        await using var gateway = await IdleGateway.StartAsync();
        await gateway.AdvanceAsync(TimeSpan.FromSeconds(1));
        using var open = Open(gateway);
        using var stop = new CancellationTokenSource();
        await using var lease = new InMemoryLease();
        var publishing = Publisher(gateway).RunAsync(open, lease, () => true, checkBacklog: false, stop.Token);

        gateway.Clock.Advance(Milliseconds(100));
        Assert.That(await gateway.IsSoonAsync(() => gateway.Clock.Sleeps.Count(time => time == TimeSpan.FromDays(1)) == 2), Is.True);
        Add(open, "a");
        Assert.That(await gateway.IsSoonAsync(() => gateway.PublishedAt("a", "1-a") is not null), Is.True);

        Assert.That(await gateway.IsSoonAsync(() => gateway.Clock.Sleeps.Contains(Milliseconds(100))), Is.True);
        Add(open, "b");
        gateway.Clock.Advance(Milliseconds(100));
        Assert.That(await gateway.IsSoonAsync(() => gateway.PublishedAt("b", "1-a") is not null), Is.True);

        await stop.CancelAsync();
        Assert.That(async () => await publishing, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task What_is_published_is_counted_after_the_question_whether_it_may_be()
    {
        await using var gateway = await IdleGateway.StartAsync();
        await gateway.AdvanceAsync(TimeSpan.FromSeconds(1));
        using var open = Open(gateway);
        using var stop = new CancellationTokenSource();
        await using var lease = new InMemoryLease();
        var asked = 0;

        var publishing = Publisher(gateway).RunAsync(open, lease, IsAllowed, checkBacklog: false, stop.Token);

        Assert.That(await gateway.IsSoonAsync(() => gateway.PublishedAt("a", "1-a") is not null), Is.True);
        await stop.CancelAsync();
        Assert.That(async () => await publishing, Throws.InstanceOf<OperationCanceledException>());

        bool IsAllowed()
        {
            if (asked++ == 0)
            {
                Add(open, "a");
            }

            return asked == 1;
        }
    }

    /// <summary>Requests that are published without a look at the queues, as after a loss.</summary>
    private static OpenRequests Open(IdleGateway gateway)
    {
        var open = new OpenRequests(
            "0",
            gateway.Services.GetRequiredService<PublishedByKeyspace>().For("db"),
            new CatchUpLimits(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), MaxOpen: 100));
        open.ForgetPublished();
        return open;
    }

    private static void Add(OpenRequests open, string id) =>
        open.Add([new RequestRow(id, "1-a", Action, NotBefore: null)], id, TimeSpan.Zero, isBacklog: true, hasMore: true);

    private static OpenRequestPublisher Publisher(IdleGateway gateway) => new(
        "db",
        gateway.Services.GetRequiredService<PublishedByKeyspace>(),
        gateway.Services.GetRequiredService<UnanswerableRequests>(),
        gateway.Services.GetRequiredService<SyncGatewayClient>(),
        gateway.Services.GetRequiredService<RequestPublisher>(),
        gateway.Services.GetRequiredService<IOptions<GatewayOptions>>().Value,
        gateway.Clock,
        NullLogger.Instance);

    private static TimeSpan Milliseconds(int time) => TimeSpan.FromMilliseconds(time);
}
