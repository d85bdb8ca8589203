using OfflineActions.Contracts;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Adds up what the running workers say about each action.</summary>
internal sealed class WorkerReading(PresenceBoard board, TimeProvider clock)
{
    /// <summary>The same actions with what the workers say.</summary>
    public IReadOnlyList<ActionOverview> AddTo(IReadOnlyList<ActionOverview> actions)
    {
        var running = board.List().Where(service => service is { State: ServiceState.Running, Presence.Service: "worker" }).ToArray();
        var now = clock.GetUtcNow();
        return
        [
            .. actions.Select(action =>
            {
                var workers = running
                    .SelectMany(service => service.Presence.Actions, (service, worked) => (service.Presence, Worked: worked))
                    .Where(worker => worker.Worked.Action == action.Action)
                    .ToArray();
                return action with
                {
                    Results = ResultsOverview.Create([.. workers.Select(worker => worker.Worked.Recent)]),
                    Breakers = [.. workers.Select(worker => BreakerOverview.Create(worker.Presence, worker.Worked, now))],
                };
            }),
        ];
    }
}

/// <summary>The requests of one action that the running workers have answered in the last minutes.</summary>
/// <param name="Workers">How many workers say that.</param>
/// <param name="SilentWorkers">How many workers do not, because they are of an older version. What they do is not in the numbers.</param>
/// <param name="DoneInMinute">How many results they wrote in the last minute.</param>
/// <param name="FailedInMinute">How many requests failed for good in the last minute.</param>
/// <param name="InFiveMinutes">How many requests were answered in the last five minutes, those that failed among them.</param>
/// <param name="Duration">How long these took from request to answer; null when there are none.</param>
internal sealed record ResultsOverview(
    int Workers, int SilentWorkers, long DoneInMinute, long FailedInMinute, long InFiveMinutes, DurationOverview? Duration)
{
    /// <summary>Any client of the broker may publish to the exchange. No sum of such numbers overflows.</summary>
    private const long MaxCount = 1_000_000_000;

    /// <param name="workers">What each running worker says; null for a worker that does not say it.</param>
    /// <returns>Null when no worker says it.</returns>
    public static ResultsOverview? Create(IReadOnlyCollection<RecentResults?> workers)
    {
        RecentResults[] said = [.. workers.OfType<RecentResults>()];
        if (said.Length == 0)
        {
            return null;
        }

        var counts = new long[DurationBuckets.Count];
        foreach (var worker in said)
        {
            for (var index = 0; index < worker.Durations.Count; index++)
            {
                counts[Math.Clamp((long)worker.FirstBucket + index, 0, DurationBuckets.Count - 1)] += Bound(worker.Durations[index]);
            }
        }

        return new ResultsOverview(
            said.Length,
            workers.Count - said.Length,
            said.Sum(worker => Bound(worker.DoneInMinute)),
            said.Sum(worker => Bound(worker.FailedInMinute)),
            counts.Sum(),
            DurationOverview.Create(counts));
    }

    private static long Bound(long count) => Math.Clamp(count, 0, MaxCount);
}

/// <summary>How long requests took: from when the gateway first saw them, or their later <c>notBefore</c>, to the answer.</summary>
/// <param name="P50Seconds">Half of them took no longer.</param>
/// <param name="P95Seconds">95% of them took no longer.</param>
/// <param name="P99Seconds">99% of them took no longer.</param>
internal sealed record DurationOverview(double P50Seconds, double P95Seconds, double P99Seconds)
{
    /// <param name="counts">How many durations each of <see cref="DurationBuckets"/> has.</param>
    /// <returns>Null when there are none.</returns>
    public static DurationOverview? Create(IReadOnlyList<long> counts) => counts.Sum() is > 0 and var all
        ? new(Find(counts, 0.50 * all), Find(counts, 0.95 * all), Find(counts, 0.99 * all))
        : null;

    /// <summary>The duration that <paramref name="rank"/> durations do not exceed, if those of a bucket are spread evenly.</summary>
    private static double Find(IReadOnlyList<long> counts, double rank)
    {
        var (bucket, below) = (0, 0L);
        while (bucket < counts.Count - 1 && below + counts[bucket] < rank)
        {
            below += counts[bucket];
            bucket++;
        }

        var start = DurationBuckets.GetStart(bucket);
        return start + ((DurationBuckets.GetStart(bucket + 1) - start) * Math.Clamp((rank - below) / Math.Max(1, counts[bucket]), 0, 1));
    }
}

/// <summary>What a circuit breaker does.</summary>
internal enum BreakerState
{
    /// <summary>It lets requests through.</summary>
    Closed,

    /// <summary>After a pause it lets a few through, to see whether they succeed again.</summary>
    HalfOpen,

    /// <summary>It lets nothing through, because nearly all attempts fail.</summary>
    Open,
}

/// <summary>The circuit breaker of one action in one worker.</summary>
/// <param name="Worker">The worker: its machine and process.</param>
/// <param name="State">What it does.</param>
/// <param name="OpenUntil">Until when it lets nothing through, in UTC; null when it does.</param>
/// <param name="HalfOpenLimit">How many requests it lets through at the same time while it is half-open; else null.</param>
internal sealed record BreakerOverview(string Worker, BreakerState State, DateTimeOffset? OpenUntil, int? HalfOpenLimit)
{
    public static BreakerOverview Create(ServicePresence worker, ActionPresence action, DateTimeOffset now)
    {
        var name = $"{worker.Machine}, process {worker.ProcessId}";
        return action switch
        {
            { PausedUntil: { } until } when until > now => new(name, BreakerState.Open, until, null),
            { HalfOpenLimit: { } limit } => new(name, BreakerState.HalfOpen, null, limit),
            // The pause has ended since the worker said so. Its next message, a few seconds later, says what it does then.
            { PausedUntil: not null } => new(name, BreakerState.HalfOpen, null, 1),
            _ => new(name, BreakerState.Closed, null, null),
        };
    }
}
