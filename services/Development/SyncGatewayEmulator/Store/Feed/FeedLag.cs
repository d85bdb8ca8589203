namespace OfflineActions.Emulators.Store;

/// <summary>Delays new sequences according to the faults. Guarded by the lock of the <see cref="SequenceIndex"/>.</summary>
/// <param name="faults">Returns the active faults.</param>
/// <param name="clock">The clock.</param>
internal sealed class FeedLag(Func<SyncGatewayFaults> faults, TimeProvider clock)
{
    private readonly Queue<(long Sequence, long At)> held = new();
    private readonly SortedSet<long> skipped = [];
    private readonly Dictionary<long, long> skippedAt = [];
    private long? frozen;

    /// <summary>The sequence before the first one that is still skipped; 0 when none is.</summary>
    public long Low => skipped.Count > 0 ? skipped.Min - 1 : 0;

    public bool IsSkipped(long sequence) => skipped.Contains(sequence);

    public void Published(long sequence, bool isDocument)
    {
        if (faults().FeedLag > TimeSpan.Zero)
        {
            held.Enqueue((sequence, clock.GetTimestamp()));
        }
        else
        {
            held.Clear();
        }

        if (isDocument && faults().TakeSkip())
        {
            skipped.Add(sequence);
            skippedAt[sequence] = clock.GetTimestamp();
        }
    }

    public long LastVisible(long last)
    {
        var now = faults();
        foreach (var late in skipped.Where(sequence => clock.GetElapsedTime(skippedAt[sequence]) >= now.SkippedFor).ToList())
        {
            skipped.Remove(late);
            skippedAt.Remove(late);
        }

        while (held.TryPeek(out var first) && clock.GetElapsedTime(first.At) >= now.FeedLag)
        {
            held.Dequeue();
        }

        var visible = held.TryPeek(out var next) ? next.Sequence - 1 : last;
        frozen = now.FreezeFeed ? Math.Min(frozen ?? visible, visible) : null;
        return frozen ?? visible;
    }

    /// <summary>The delay until more may be visible without a write; null when nothing is delayed.</summary>
    public TimeSpan? NextDue() => held.Count > 0 || frozen is not null || skipped.Count > 0 ? TimeSpan.FromMilliseconds(10) : null;
}
