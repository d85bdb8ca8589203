using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Knows where to read the feed of a keyspace on, and notices that it may be in another database than before: an in-memory Sync Gateway that
/// restarted is empty, and a database that was restored has forgotten its last changes. Both show as a process with a start time that was
/// never seen, and are read from the beginning. A process that comes back is read on from the place that it had itself.
/// </summary>
/// <remarks>
/// Several processes behind one address share a database. Each of them is first taken for another database, which costs some reading again.
/// Then they answer in turn, and a place that one of them confirms is good for all. A process that has not answered for two minutes is no
/// longer counted among them, because the address may have moved to another database in the meantime.
/// </remarks>
/// <param name="client">Sync Gateway.</param>
/// <param name="keyspace">The keyspace.</param>
/// <param name="reading">How its feed is read.</param>
/// <param name="clock">The clock.</param>
internal sealed class DatabaseInstances(SyncGatewayClient client, string keyspace, string reading, TimeProvider clock)
{
    /// <summary>How many places are remembered; beyond it the oldest is forgotten and costs one more scan.</summary>
    private const int Remembered = 100;

    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TogetherFor = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly List<FeedPlace> places = [];

    /// <summary>The processes that answer in turn, and when each has answered last.</summary>
    private readonly Dictionary<long, long> together = [];
    private FeedPlace? current;
    private long? checkedAt;

    private long? pending;

    /// <summary>Where to read on: the last place that was confirmed; <c>0</c> for the beginning.</summary>
    public string Since
    {
        get
        {
            lock (gate)
            {
                return current?.Since ?? "0";
            }
        }
    }

    /// <summary>
    /// In what time <see cref="FindsOtherAsync(CancellationToken)"/> asks Sync Gateway again, or <paramref name="other"/> if that is earlier
    /// and still to come.
    /// </summary>
    public TimeSpan CheckDueIn(TimeSpan other)
    {
        lock (gate)
        {
            var due = checkedAt is { } last ? BetweenChecks - clock.GetElapsedTime(last) : TimeSpan.Zero;
            return other > TimeSpan.Zero && other < due ? other : due;
        }
    }

    /// <summary>Every place, the newest last.</summary>
    public IReadOnlyList<FeedPlace> Places
    {
        get
        {
            lock (gate)
            {
                return [.. places];
            }
        }
    }

    /// <summary>Takes over the places of an earlier gateway.</summary>
    public void Restore(IReadOnlyList<FeedPlace> stored)
    {
        lock (gate)
        {
            places.Clear();
            places.AddRange(stored);
            together.Clear();
            (checkedAt, pending) = (null, null);
            current = stored.Count > 0 && stored[^1].Reading == reading ? stored[^1] : null;
            if (current is not null)
            {
                together[current.Process] = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Asks Sync Gateway which process answers, unless it was asked less than 5 s ago.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether another process answers than those that are followed: places in the feed may mean something else there.</returns>
    /// <exception cref="FeedUnavailableException">Sync Gateway does not say.</exception>
    public Task<bool> FindsOtherAsync(CancellationToken cancellationToken) => FindsOtherAsync(reached: null, cancellationToken);

    /// <summary>Asks Sync Gateway which process answers. If it is one that is followed, the place is good for that process.</summary>
    /// <param name="reached">The place that was reached before this call; null to ask only when it was not asked for 5 s.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether another process answers than those that are followed: places in the feed may mean something else there.</returns>
    /// <exception cref="FeedUnavailableException">Sync Gateway does not say.</exception>
    public async Task<bool> FindsOtherAsync(string? reached, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (pending is not null || (reached is null && checkedAt is { } last && clock.GetElapsedTime(last) < BetweenChecks))
            {
                return pending is not null;
            }
        }

        // Two callers at once ask twice, which does no harm.
        var process = await client.ReadInstanceAsync(keyspace, cancellationToken) switch
        {
            InstanceOutcome.Found found => found.StartTime,
            InstanceOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };
        lock (gate)
        {
            var now = clock.GetTimestamp();
            checkedAt = now;
            if (pending is not null)
            {
                return true;
            }

            if (!together.TryGetValue(process, out var answeredAt) || clock.GetElapsedTime(answeredAt, now) >= TogetherFor)
            {
                pending = process;
                return true;
            }

            together[process] = now;
            if (reached is not null)
            {
                Place(process, reached);
            }

            return false;
        }
    }

    /// <summary>Confirms the last place if Sync Gateway answers in time. If not, the place that was confirmed before stays.</summary>
    /// <param name="reached">The place that was reached before this call; null for none.</param>
    /// <param name="timeout">How long Sync Gateway may take.</param>
    public async Task TryConfirmAsync(string? reached, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout, clock);
        try
        {
            if (reached is not null)
            {
                await FindsOtherAsync(reached, deadline.Token);
            }
        }
        catch (Exception error) when (error is FeedUnavailableException || deadline.IsCancellationRequested)
        {
            // The next gateway reads a little more.
        }
    }

    /// <summary>Follows the process that was found, from <see cref="Since"/>.</summary>
    public void FollowOther()
    {
        lock (gate)
        {
            var process = pending ?? throw new InvalidOperationException("No other process was found.");
            var known = places.Find(place => (place.Process, place.Reading) == (process, reading));
            if (known is null)
            {
                together.Clear();
            }

            together[process] = clock.GetTimestamp();
            Place(process, known?.Since ?? "0");
            pending = null;
        }
    }

    private void Place(long process, string since)
    {
        current = new FeedPlace(process, reading, since);
        places.RemoveAll(place => (place.Process, place.Reading) == (process, reading));
        places.Add(current);
        places.RemoveRange(0, Math.Max(0, places.Count - Remembered));
    }
}
