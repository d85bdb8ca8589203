using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;

namespace OfflineActions.Tests.CatchUp;

public sealed class BacklogGuardTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.Actions[0];

    [TestCase(100, 0, 100, nameof(BacklogDecision.Skip))]
    [TestCase(100, 0, 150, nameof(BacklogDecision.Skip))]
    [TestCase(100, 50, 150, nameof(BacklogDecision.Skip))]
    [TestCase(100, 0, 0, nameof(BacklogDecision.Publish))]
    [TestCase(100, 50, 50, nameof(BacklogDecision.Publish))]
    [TestCase(100, 50, 40, nameof(BacklogDecision.Publish))]
    [TestCase(100, 0, 60, nameof(BacklogDecision.Skip))]
    [TestCase(100, 0, null, nameof(BacklogDecision.Wait))]
    public void What_the_queues_hold_decides_after_they_have_settled(int candidates, int known, int? messages, string expected)
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var counts = new CandidateCounts(Action, IsBacklog: true, candidates, known);

        guard.Decide(counts, messages, TimeSpan.Zero);

        Assert.That(guard.Decide(counts, messages, TimeSpan.FromSeconds(2)).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void Queues_that_only_just_look_empty_decide_nothing()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var counts = new CandidateCounts(Action, IsBacklog: true, 10, 0);

        Assert.That(guard.Decide(counts, 0, TimeSpan.Zero), Is.EqualTo(BacklogDecision.Wait));
        Assert.That(guard.Decide(counts, 5, TimeSpan.FromSeconds(1)), Is.EqualTo(BacklogDecision.Skip));
        Assert.That(guard.Decide(counts, 0, TimeSpan.FromSeconds(2)), Is.EqualTo(BacklogDecision.Wait), "they were not empty all the time");
    }

    [Test]
    public void Requests_that_certainly_have_no_message_do_not_wait_for_ever()
    {
        var guard = new BacklogGuard(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var counts = new CandidateCounts(Action, IsBacklog: true, 10, 0);

        Assert.That(guard.Decide(counts, 5, TimeSpan.Zero), Is.EqualTo(BacklogDecision.Skip));
        Assert.That(guard.Decide(counts, 5, TimeSpan.FromHours(2)), Is.EqualTo(BacklogDecision.Publish));
    }
}
