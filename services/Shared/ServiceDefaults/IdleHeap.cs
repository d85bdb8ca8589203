using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace OfflineActions.ServiceDefaults;

/// <summary>Gives the memory of a burst back to the operating system when the process has little to do afterwards.</summary>
/// <remarks>
/// The garbage collector runs when enough was allocated, and an idle process allocates next to nothing. So it would keep for hours what the
/// last minute of a burst left: a gateway, for example, the requests that were answered long ago. No setting changes that:
/// System.GC.ConserveMemory and System.GC.RetainVM only say how a collection treats free memory, and a limit for the heap takes memory away
/// when it is needed. So this asks for one collection, of the kind that gives all free memory back. It stops all threads, for about 10 ms in
/// a gateway, and 200 ms if a million requests are open. So it takes place only in a quiet minute and after many megabytes were allocated.
/// A busy process collects by itself.
/// </remarks>
internal sealed partial class IdleHeap : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly QuietAfterBurst quiet = new();
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly long started;
    private readonly ITimer timer;

    /// <summary>Begins. It ends when it is disposed.</summary>
    public IdleHeap(TimeProvider clock, ILogger log)
    {
        (this.clock, this.log, started) = (clock, log, clock.GetTimestamp());
        timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Collects all garbage, and gives free memory back. All threads wait.</summary>
    public static void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (quiet.HasBegun(GC.GetTotalAllocatedBytes(), clock.GetElapsedTime(started)))
        {
            var (before, watch) = (Environment.WorkingSet, Stopwatch.StartNew());
            GiveBack();
            GaveBack(log, before / 1_000_000, Environment.WorkingSet / 1_000_000, watch.ElapsedMilliseconds);
        }
    }

    [LoggerMessage(6001, LogLevel.Debug,
        "Idle after a burst, gave memory back: {Before} MB before, {After} MB after, in {Milliseconds} ms")]
    private static partial void GaveBack(ILogger log, long before, long after, long milliseconds);
}

/// <summary>Decides when a collection makes sense. Asked once a minute.</summary>
internal sealed class QuietAfterBurst
{
    /// <summary>Less than this in a minute is quiet: the work of some requests a second.</summary>
    private const long Quiet = 16_000_000;

    /// <summary>So much must have been allocated since the last time: it may all be garbage.</summary>
    private const long Burst = 64_000_000;

    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMinutes(10);

    private long lastAllocated;
    private long collectedAt;
    private TimeSpan? collected;

    /// <summary>Whether to collect now. If so, the answer is no for ten minutes, and until there was another burst.</summary>
    /// <param name="allocated">How many bytes the process has allocated so far.</param>
    /// <param name="now">The time on a monotonic clock.</param>
    public bool HasBegun(long allocated, TimeSpan now)
    {
        var recent = allocated - lastAllocated;
        lastAllocated = allocated;
        if (recent >= Quiet || allocated - collectedAt < Burst || now - collected < AtMostEvery)
        {
            return false;
        }

        (collectedAt, collected) = (allocated, now);
        return true;
    }
}
