using OfflineActions.Gateway.CatchUp;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.CatchUp;

/// <summary>The sleep of a loop, at least 200 ms and at most 5 s unless a test says otherwise.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WakeupTests
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    private readonly SleepClock clock = new();
    private readonly Wakeup wakeup;

    public WakeupTests() => wakeup = new Wakeup(clock);

    [Test]
    public async Task Without_a_call_it_lasts_as_long_as_it_may()
    {
        var sleep = wakeup.SleepAsync(Least, Most, default);

        await PassAsync(Least);
        await PassAsync(Most - Least - TimeSpan.FromMilliseconds(1));
        Assert.That(sleep.IsCompleted, Is.False);
        await PassAsync(TimeSpan.FromMilliseconds(1));
        await EndsAsync(sleep);
    }

    [Test]
    public async Task Without_a_limit_it_lasts_until_a_call()
    {
        var sleep = wakeup.SleepAsync(Least, atMost: null, default);
        for (var day = 0; day < 30; day++)
        {
            await PassAsync(TimeSpan.FromDays(1));
        }

        Assert.That(sleep.IsCompleted, Is.False);
        wakeup.Set();
        await EndsAsync(sleep);
    }

    [Test]
    public async Task A_call_before_the_sleep_ends_it_after_the_minimum()
    {
        wakeup.Set();
        var sleep = wakeup.SleepAsync(Least, Most, default);

        Assert.That(clock.Sleeps, Is.EqualTo(new[] { Least }));
        clock.Advance(Least);
        await EndsAsync(sleep);
    }

    [Test]
    public async Task A_call_within_the_minimum_ends_the_sleep_after_it()
    {
        var sleep = wakeup.SleepAsync(Least, Most, default);
        clock.Advance(Least / 2);
        wakeup.Set();

        Assert.That(clock.Sleeps, Is.EqualTo(new[] { Least }));
        clock.Advance(Least / 2);
        await EndsAsync(sleep);
    }

    [Test]
    public async Task A_call_after_the_minimum_ends_the_sleep_at_once()
    {
        var sleep = wakeup.SleepAsync(Least, Most, default);
        await PassAsync(Least);

        wakeup.Set();

        await EndsAsync(sleep);
        Assert.That(clock.Sleeps, Is.Empty);
    }

    [Test]
    public async Task A_call_between_two_sleeps_ends_the_second_after_its_minimum()
    {
        var sleep = wakeup.SleepAsync(Least, Least, default);
        clock.Advance(Least);
        await EndsAsync(sleep);
        wakeup.Set();

        sleep = wakeup.SleepAsync(Least, Most, default);
        clock.Advance(Least);

        await EndsAsync(sleep);
    }

    [Test]
    public async Task Many_calls_cause_one_turn()
    {
        var sleep = wakeup.SleepAsync(Least, Most, default);
        for (var call = 0; call < 100; call++)
        {
            wakeup.Set();
        }

        clock.Advance(Least);
        await EndsAsync(sleep);

        sleep = wakeup.SleepAsync(Least, Most, default);
        await PassAsync(Least);
        Assert.That(sleep.IsCompleted, Is.False);
    }

    [TestCase(0)]
    [TestCase(200)]
    public async Task It_can_be_cancelled_within_the_minimum_and_after_it(int after)
    {
        using var stop = new CancellationTokenSource();
        var sleep = wakeup.SleepAsync(Least, Most, stop.Token);
        await PassAsync(TimeSpan.FromMilliseconds(after));

        await stop.CancelAsync();

        Assert.That(async () => await sleep.WaitAsync(TimeSpan.FromSeconds(10)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(clock.Sleeps, Is.Empty);
    }

    /// <summary>A timer counts whole milliseconds.</summary>
    [Test]
    public async Task It_does_not_end_before_a_time_that_is_no_whole_millisecond()
    {
        var step = TimeSpan.FromMilliseconds(0.3);
        var most = Least + TimeSpan.FromMilliseconds(10.8);
        var began = clock.GetTimestamp();
        var sleep = wakeup.SleepAsync(Least, most, default);
        await PassAsync(Least);
        while (!sleep.IsCompleted && clock.GetElapsedTime(began) < Most)
        {
            await PassAsync(step);
        }

        Assert.That(clock.GetElapsedTime(began), Is.InRange(most, most + TimeSpan.FromMilliseconds(1)));
    }

    /// <summary>On Linux the system's timers count ticks of up to 10 ms, and the clock does not.</summary>
    [Test]
    public async Task It_does_not_end_before_its_time_when_a_timer_fires_early()
    {
        var early = new EarlyClock();
        var sleep = new Wakeup(early).SleepAsync(Least, Most, default);
        early.Advance(Least);
        Assert.That(await Eventually.IsAsync(() => early.Timers == 2), Is.True);

        early.Advance(Most - Least - EarlyClock.Early);
        Assert.That(await Eventually.IsAsync(() => sleep.IsCompleted || early.Timers == 3), Is.True);
        Assert.That(sleep.IsCompleted, Is.False);

        early.Advance(EarlyClock.Early);
        await EndsAsync(sleep);
    }

    /// <summary>Lets time pass, and the loop go to sleep again if that has woken it up.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        // On another thread and with a deadline: a loop that does not go to sleep again must not stop the test.
        var ended = clock.Ended;
        await Task.Run(() => clock.Advance(time)).WaitAsync(TimeSpan.FromSeconds(10));
        if (clock.Ended > ended)
        {
            await Eventually.IsAsync(() => clock.Sleeps.Count > 0, TimeSpan.FromMilliseconds(100));
        }
    }

    private static Task EndsAsync(Task sleep) => sleep.WaitAsync(TimeSpan.FromSeconds(10));

    /// <summary>A clock whose longer timers fire a little too early.</summary>
    private sealed class EarlyClock : Microsoft.Extensions.Time.Testing.FakeTimeProvider
    {
        public static readonly TimeSpan Early = TimeSpan.FromMilliseconds(4);

        private int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref timers);
            return base.CreateTimer(callback, state, dueTime > TimeSpan.FromSeconds(1) ? dueTime - Early : dueTime, period);
        }
    }
}
