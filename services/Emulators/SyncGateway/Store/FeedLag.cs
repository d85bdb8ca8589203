namespace Emulators.SyncGateway.Store;

/// <summary>Holds new sequences back from readers for a while. Guarded by the index's lock.</summary>
/// <param name="length">How long, asked anew each time; zero for not at all.</param>
/// <param name="clock">The time.</param>
internal sealed class FeedLag(Func<TimeSpan> length, TimeProvider clock)
{
    private readonly Queue<(long Sequence, long At)> held = new();

    public void Published(long sequence)
    {
        if (length() > TimeSpan.Zero)
        {
            held.Enqueue((sequence, clock.GetTimestamp()));
        }
        else
        {
            held.Clear();
        }
    }

    public long Visible(long last)
    {
        var lag = length();
        while (held.TryPeek(out var first) && clock.GetElapsedTime(first.At) >= lag)
        {
            held.Dequeue();
        }

        return held.TryPeek(out var next) ? next.Sequence - 1 : last;
    }

    /// <summary>How long until the next sequence may be seen; null when none is held.</summary>
    public TimeSpan? NextDue()
    {
        if (!held.TryPeek(out var first))
        {
            return null;
        }

        // Short steps: the lag may be switched off while a reader waits.
        var left = length() - clock.GetElapsedTime(first.At);
        return TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds, 1, 50));
    }
}
