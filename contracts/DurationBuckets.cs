namespace OfflineActions.Contracts;

/// <summary>
/// The buckets in which durations are counted: eight of equal width between each power of two and the next, from 1/1024 s to 2^17 s
/// (36 hours). So none is wider than an eighth of its durations. The first also has all shorter ones, the last all longer ones.
/// </summary>
public static class DurationBuckets
{
    /// <summary>How many there are. They are numbered from 0.</summary>
    public const int Count = (17 + 10) * 8;

    /// <summary>All but the first three bits of a number's fraction: what is left is its power of two and which eighth after it.</summary>
    private const int DroppedBits = 52 - 3;

    private static readonly long First = BitConverter.DoubleToInt64Bits(1.0 / 1024) >> DroppedBits;

    /// <summary>The number of the bucket of a duration.</summary>
    /// <param name="seconds">The duration. A negative one, from two clocks that differ, counts as none.</param>
    public static int Find(double seconds) => (int)Math.Clamp((BitConverter.DoubleToInt64Bits(seconds) >> DroppedBits) - First, 0, Count - 1);

    /// <summary>The shortest duration of a bucket, in seconds. Its durations are shorter than the start of the next.</summary>
    public static double GetStart(int bucket) => bucket <= 0 ? 0 : BitConverter.Int64BitsToDouble((First + bucket) << DroppedBits);
}
