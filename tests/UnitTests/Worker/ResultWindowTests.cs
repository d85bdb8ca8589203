using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>What a worker counts for the operator page: answers of the last minute, durations of the last five.</summary>
public sealed class ResultWindowTests
{
    private static readonly Gen<(TimeSpan Pause, double Seconds, bool IsFailure)> Answer = Gen.Select(
        Gen.Frequency(
            (6, Gen.Int[0, 5_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))),
            (2, Gen.Int[5_000, 90_000].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))),
            (1, Gen.Int[90, 100_000].Select(seconds => TimeSpan.FromSeconds(seconds)))),
        Gen.Double[-1, 100_000],
        Gen.Bool);

    [Test]
    public void A_window_has_all_of_its_time_and_no_more_than_one_slot_beyond() => Answer.List[0, 60].Sample(answers =>
    {
        var clock = new FakeTimeProvider();
        var window = new ResultWindow(clock);
        var recorded = new List<(DateTimeOffset At, double Seconds, bool IsFailure)>();
        foreach (var (pause, seconds, isFailure) in answers)
        {
            clock.Advance(pause);
            window.Record(seconds, isFailure);
            recorded.Add((clock.GetUtcNow(), seconds, isFailure));
        }

        var recent = window.Describe();

        return IsBetween(recent.DoneInMinute, answer => !answer.IsFailure, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61))
            && IsBetween(recent.FailedInMinute, answer => answer.IsFailure, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61))
            && Enumerable.Range(0, DurationBuckets.Count).All(bucket => IsBetween(
                recent.Durations.ElementAtOrDefault(bucket - recent.FirstBucket),
                answer => DurationBuckets.Find(answer.Seconds) == bucket,
                TimeSpan.FromSeconds(300),
                TimeSpan.FromSeconds(310)));

        bool IsBetween(long count, Func<(DateTimeOffset At, double Seconds, bool IsFailure), bool> select, TimeSpan atLeast, TimeSpan atMost) =>
            count >= recorded.Count(answer => select(answer) && clock.GetUtcNow() - answer.At < atLeast)
                && count <= recorded.Count(answer => select(answer) && clock.GetUtcNow() - answer.At < atMost);
    });

    [Test]
    public void A_duration_is_between_the_start_of_its_bucket_and_that_of_the_next() => Gen.Frequency(
        (8, Gen.Double[-12.0, 20.0].Select(power => Math.Pow(2, power))),
        (1, Gen.Int[0, DurationBuckets.Count].Select(DurationBuckets.GetStart)),
        (1, Gen.Double)).Sample(seconds =>
        {
            var bucket = DurationBuckets.Find(seconds);
            var (start, end) = (DurationBuckets.GetStart(bucket), DurationBuckets.GetStart(bucket + 1));
            return bucket is >= 0 and < DurationBuckets.Count
                && (double.IsNaN(seconds) || bucket == 0 || seconds >= start)
                && (double.IsNaN(seconds) || bucket == DurationBuckets.Count - 1 || seconds < end)
                && (bucket == 0 || end <= start * 1.125);
        });

    [TestCase(-5, 0)]
    [TestCase(0, 0)]
    [TestCase(double.NaN, 0)]
    [TestCase(1, 80)]
    [TestCase(double.PositiveInfinity, 215)]
    public void Every_number_has_a_bucket(double seconds, int bucket) => Assert.That(DurationBuckets.Find(seconds), Is.EqualTo(bucket));

    [Test]
    public void The_time_of_day_may_be_set_to_any_time()
    {
        var clock = new JumpingClock();
        var window = new ResultWindow(clock);
        window.Record(1, isFailure: false);
        clock.Jump(TimeSpan.FromDays(-1_000));
        window.Record(1, isFailure: false);
        clock.Jump(TimeSpan.FromDays(2_000));

        Assert.That(window.Describe(), Has.Property(nameof(RecentResults.DoneInMinute)).EqualTo(2));
    }

    [Test]
    public void Even_if_the_steady_clock_goes_back_nothing_is_lost_or_thrown()
    {
        var counts = new SlidingCounts(TimeSpan.FromSeconds(1), slots: 61, columns: 1);
        counts.Add(TimeSpan.FromSeconds(100), 0);
        counts.Add(TimeSpan.FromSeconds(-7), 0);
        counts.Add(TimeSpan.FromSeconds(99), 0);

        Assert.That(counts.Sum(TimeSpan.FromSeconds(50)), Is.EqualTo(new[] { 3 }));
        Assert.That(counts.Sum(TimeSpan.FromSeconds(160)), Is.EqualTo(new[] { 3 }));
        Assert.That(counts.Sum(TimeSpan.MaxValue), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public void Without_an_answer_nothing_is_counted() =>
        Assert.That(new ResultWindow(new FakeTimeProvider()).Describe().Durations, Is.Empty);

    [Test]
    public void Recording_allocates_nothing()
    {
        var window = new ResultWindow(TimeProvider.System);
        window.Record(1, isFailure: false);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 1_000; number++)
        {
            window.Record(number, isFailure: false);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public async Task Threads_that_record_at_the_same_time_are_all_counted()
    {
        var window = new ResultWindow(TimeProvider.System);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < 10_000; number++)
            {
                window.Record(number, isFailure: false);
            }
        })));

        Assert.That(window.Describe().Durations.Sum(), Is.EqualTo(80_000));
    }
}
