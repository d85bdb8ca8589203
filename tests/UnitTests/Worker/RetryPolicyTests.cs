using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

public sealed class RetryPolicyTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private static readonly RetryState Fresh = new(0, 0, null);

    private readonly RetryPolicy ladder = new(
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)]);

    [TestCase(0, "00:00:10")]
    [TestCase(1, "00:01:00")]
    [TestCase(2, "00:10:00")]
    [TestCase(3, "01:00:00")]
    [TestCase(8, "01:00:00")]
    public void Each_failure_climbs_a_step(int failuresBefore, string expected) =>
        Assert.That(
            ladder.AfterFailure(Fresh with { Failures = failuresBefore, Deferrals = 4 }, null, Now),
            Is.EqualTo(new Redelivery(TimeSpan.Parse(expected), new RetryState(failuresBefore + 1, 0, null))));

    [TestCase(0, "00:00:10")]
    [TestCase(1, "00:01:00")]
    [TestCase(50, "00:01:00")]
    public void Waiting_for_somebody_elses_service_costs_no_try_and_stays_low(int waitsBefore, string expected) =>
        Assert.That(
            ladder.AfterUnavailable(new RetryState(3, waitsBefore, null), null, Now),
            Is.EqualTo(new Redelivery(TimeSpan.Parse(expected), new RetryState(3, waitsBefore + 1, null))));

    [TestCase(0, 5, "00:00:10")]
    [TestCase(0, 11, "00:01:00")]
    [TestCase(1, 11, "00:01:00")]
    [TestCase(1, 601, "01:00:00")]
    [TestCase(0, 3_600, "01:00:00")]
    public void Retry_after_takes_the_smallest_step_that_is_long_enough(int failuresBefore, int seconds, string expected)
    {
        var postponement = ladder.AfterFailure(Fresh with { Failures = failuresBefore }, TimeSpan.FromSeconds(seconds), Now);

        Assert.That((postponement.Delay, postponement.State.NotBefore), Is.EqualTo((TimeSpan.Parse(expected), (DateTimeOffset?)null)));
    }

    [TestCase(2, 2)]
    [TestCase(3, 3)]
    [TestCase(300, 3)]
    public void A_wait_longer_than_the_longest_step_is_remembered_and_cut_off_at_three_of_them(int askedHours, int givenHours) =>
        Assert.That(
            ladder.AfterFailure(Fresh, TimeSpan.FromHours(askedHours), Now),
            Is.EqualTo(new Redelivery(TimeSpan.FromHours(1), new RetryState(1, 0, Now.AddHours(givenHours)))));

    [Test]
    public void A_message_that_comes_back_early_waits_for_the_rest_and_for_no_more()
    {
        var history = new RetryState(1, 0, Now.AddMinutes(90));

        Assert.That(ladder.WhenEarly(history, Now)!.Delay, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(ladder.WhenEarly(history, Now.AddMinutes(60))!.Delay, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(ladder.WhenEarly(history, Now.AddMinutes(81))!.Delay, Is.EqualTo(TimeSpan.FromMinutes(10)));
        Assert.That(ladder.WhenEarly(history, Now.AddMinutes(90)), Is.Null);
        Assert.That(ladder.WhenEarly(Fresh, Now), Is.Null);
    }

    [TestCase("1.00:00:00", "01:00:00")]
    [TestCase("00:01:10", "00:01:00")]
    [TestCase("00:00:11", "00:00:10")]
    [TestCase("00:00:00.5", "00:00:10")]
    public void Towards_a_time_the_steps_become_smaller(string remaining, string expected) =>
        Assert.That(ladder.Until(Fresh, TimeSpan.Parse(remaining)).Delay, Is.EqualTo(TimeSpan.Parse(expected)));
}
