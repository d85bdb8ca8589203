using OfflineActions.Contracts;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Counts the requests of one action that were answered in the last minutes, for the operator page. A request costs two additions and a
/// look at the clock; memory is 30 kB. The clock is the one that nobody sets.
/// </summary>
internal sealed class ResultWindow(TimeProvider clock)
{
    private const int Done = 0;
    private const int Failed = 1;

    private readonly long started = clock.GetTimestamp();
    private readonly Lock gate = new();

    // The newest slot has just begun, so there is one more than the time needs.
    private readonly SlidingCounts ends = new(slot: TimeSpan.FromSeconds(1), slots: 61, columns: 2);
    private readonly SlidingCounts durations = new(slot: TimeSpan.FromSeconds(10), slots: 31, DurationBuckets.Count);

    /// <summary>A request was answered.</summary>
    /// <param name="seconds">How long that took.</param>
    /// <param name="isFailure">Whether it failed for good.</param>
    public void Record(double seconds, bool isFailure)
    {
        var bucket = DurationBuckets.Find(seconds);
        lock (gate)
        {
            var now = clock.GetElapsedTime(started);
            ends.Add(now, isFailure ? Failed : Done);
            durations.Add(now, bucket);
        }
    }

    /// <summary>What was recorded in the last minutes.</summary>
    public RecentResults Describe()
    {
        long[] minute;
        long[] counts;
        lock (gate)
        {
            var now = clock.GetElapsedTime(started);
            (minute, counts) = (ends.Sum(now), durations.Sum(now));
        }

        var first = Math.Max(0, Array.FindIndex(counts, count => count > 0));
        var end = Array.FindLastIndex(counts, count => count > 0) + 1;
        return new RecentResults(minute[Done], minute[Failed], first, end == 0 ? [] : counts[first..end]);
    }
}

/// <summary>Counts in some columns over a sliding time, in slots of equal length. It is not safe for use by several threads at once.</summary>
/// <param name="slot">The length of a slot.</param>
/// <param name="slots">How many slots are kept, the one that has just begun among them.</param>
/// <param name="columns">How many columns there are.</param>
internal sealed class SlidingCounts(TimeSpan slot, int slots, int columns)
{
    private readonly int[] counts = new int[slots * columns];
    private long newest;

    /// <summary>Adds one to a column.</summary>
    /// <param name="now">The time since any fixed time. When it goes back, it counts as standing still.</param>
    /// <param name="column">The number of the column.</param>
    public void Add(TimeSpan now, int column)
    {
        MoveTo(now);
        GetSlot(newest)[column]++;
    }

    /// <summary>The sums of the columns over all slots.</summary>
    /// <param name="now">The time, as of <see cref="Add"/>.</param>
    public long[] Sum(TimeSpan now)
    {
        MoveTo(now);
        var sums = new long[columns];
        for (var index = 0; index < counts.Length; index++)
        {
            sums[index % columns] += counts[index];
        }

        return sums;
    }

    private void MoveTo(TimeSpan now)
    {
        var current = now.Ticks / slot.Ticks;
        for (var old = Math.Max(newest + 1, current - slots + 1); old <= current; old++)
        {
            GetSlot(old).Clear();
        }

        newest = Math.Max(newest, current);
    }

    private Span<int> GetSlot(long number) => counts.AsSpan((int)(number % slots) * columns, columns);
}
