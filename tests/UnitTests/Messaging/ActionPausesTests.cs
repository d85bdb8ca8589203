using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Tests.Messaging;

public sealed class ActionPausesTests
{
    private static readonly ActionContract Person = ActionCatalog.Default.Actions[0];
    private static readonly ActionPause Pause = new("anna", DateTimeOffset.UnixEpoch, "moved");

    private ActionPauses pauses = null!;

    [SetUp]
    public void Create() => pauses = new ActionPauses([Person]);

    [Test]
    public async Task Until_the_broker_has_said_it_nobody_knows_and_nothing_is_consumed()
    {
        var running = pauses[Person].UntilAsync(isPaused: false, CancellationToken.None);

        Assert.That((pauses[Person].IsKnown, pauses.Find(Person), running.IsCompleted), Is.EqualTo((false, default(ActionPause), false)));
        pauses[Person].Set(null);
        await running.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Who_waits_for_a_change_learns_of_it()
    {
        pauses[Person].Set(null);
        var paused = pauses[Person].UntilAsync(isPaused: true, CancellationToken.None);
        Assert.That(paused.IsCompleted, Is.False);

        pauses[Person].Set(Pause);
        await paused.WaitAsync(TimeSpan.FromSeconds(5));

        Assert.That(pauses.Find(Person), Is.EqualTo(Pause));
    }

    [Test]
    public void A_message_that_could_not_be_read_again_is_still_the_same()
    {
        pauses[Person].Set(Pause);
        pauses[Person].Set(ActionPause.Unknown);

        Assert.That(pauses.Find(Person), Is.EqualTo(Pause));
    }

    [Test]
    public void The_paused_queue_holds_no_request_so_catch_up_counts_and_watches_the_others_only()
    {
        var topology = new ActionTopology(Person.Queues, new BusOptions().EffectiveDelays);

        Assert.That(topology.Queues.Select(queue => queue.Name), Does.Contain("person-requested_paused"));
        Assert.That(topology.QueuesOfOpenRequests, Does.Not.Contain("person-requested_paused").And.Not.Contain("person-requested_error"));
        Assert.That(topology.QueuesOfRequests, Does.Not.Contain("person-requested_paused").And.Contain("person-requested_error"));
    }
}
