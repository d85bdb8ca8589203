using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

public sealed class RetryPolicyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly RetryState Fresh = new(0, 0, null);

    private readonly RetryPolicy policy = new(
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)]);

    [TestCase(0, "00:00:10")]
    [TestCase(1, "00:01:00")]
    [TestCase(2, "00:10:00")]
    [TestCase(3, "01:00:00")]
    [TestCase(8, "01:00:00")]
    public void Each_failure_takes_the_next_longer_delay(int failuresBefore, string expected) =>
        Assert.That(
            policy.AfterFailure(Fresh with { Failures = failuresBefore, Deferrals = 4 }, null, Now),
            Is.EqualTo(new Redelivery(TimeSpan.Parse(expected), new RetryState(failuresBefore + 1, 0, null))));

    [TestCase(0, "00:00:10")]
    [TestCase(1, "00:01:00")]
    [TestCase(50, "00:01:00")]
    public void While_Sync_Gateway_is_unavailable_no_attempt_is_counted_and_delays_stay_short(int deferralsBefore, string expected) =>
        Assert.That(
            policy.AfterUnavailable(new RetryState(3, deferralsBefore, null), null, Now),
            Is.EqualTo(new Redelivery(TimeSpan.Parse(expected), new RetryState(3, deferralsBefore + 1, null))));

    [TestCase(0, 5, "00:00:10")]
    [TestCase(0, 11, "00:01:00")]
    [TestCase(1, 11, "00:01:00")]
    [TestCase(1, 601, "01:00:00")]
    [TestCase(0, 3_600, "01:00:00")]
    public void Retry_After_takes_the_shortest_delay_that_is_long_enough(int failuresBefore, int seconds, string expected)
    {
        var redelivery = policy.AfterFailure(Fresh with { Failures = failuresBefore }, TimeSpan.FromSeconds(seconds), Now);

        Assert.That((redelivery.Delay, redelivery.State.NotBefore), Is.EqualTo((TimeSpan.Parse(expected), (DateTimeOffset?)null)));
    }

    [TestCase(2, 2)]
    [TestCase(3, 3)]
    [TestCase(300, 3)]
    public void A_Retry_After_above_the_longest_delay_is_kept_as_a_time_and_limited_to_three_longest_delays(
        int retryAfterHours, int expectedHours) =>
        Assert.That(
            policy.AfterFailure(Fresh, TimeSpan.FromHours(retryAfterHours), Now),
            Is.EqualTo(new Redelivery(TimeSpan.FromHours(1), new RetryState(1, 0, Now.AddHours(expectedHours)))));

    [Test]
    public void A_message_that_is_delivered_early_is_delayed_for_the_remaining_time()
    {
        var state = new RetryState(1, 0, Now.AddMinutes(90));

        Assert.That(policy.WhenEarly(state, Now)!.Delay, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(policy.WhenEarly(state, Now.AddMinutes(60))!.Delay, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(policy.WhenEarly(state, Now.AddMinutes(81))!.Delay, Is.EqualTo(TimeSpan.FromMinutes(10)));
        Assert.That(policy.WhenEarly(state, Now.AddMinutes(90)), Is.Null);
        Assert.That(policy.WhenEarly(Fresh, Now), Is.Null);
    }

    [TestCase(180, true)]
    [TestCase(181, false)]
    public void A_time_that_is_later_than_any_this_policy_sets_is_not_waited_for(int minutes, bool waits) =>
        Assert.That(policy.WhenEarly(new RetryState(1, 0, Now.AddMinutes(minutes)), Now) is not null, Is.EqualTo(waits));

    [TestCase("1.00:00:00", "01:00:00")]
    [TestCase("00:01:10", "00:01:00")]
    [TestCase("00:00:11", "00:00:10")]
    [TestCase("00:00:00.5", "00:00:10")]
    public void The_delays_until_a_time_become_shorter(string remaining, string expected) =>
        Assert.That(policy.Until(Fresh, TimeSpan.Parse(remaining)).Delay, Is.EqualTo(TimeSpan.Parse(expected)));
}
