using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Notices that a keyspace may be in another database than before: an in-memory Sync Gateway that restarted is empty, and a database that
/// was restored has forgotten its last changes. Both show as a process with a start time that was never seen. Several processes behind one
/// address are known after each was seen once.
/// </summary>
internal sealed class DatabaseInstances(SyncGatewayClient client, string keyspace, TimeProvider clock)
{
    /// <summary>How many start times are remembered; beyond it the oldest is forgotten and costs one more scan.</summary>
    private const int Remembered = 100;

    private static readonly TimeSpan BetweenChecks = TimeSpan.FromSeconds(5);

    private readonly List<long> known = [];
    private long? checkedAt;

    private long? pending;

    /// <summary>The start times that places in the feed are good for, the newest last.</summary>
    public IReadOnlyList<long> Known => known;

    /// <summary>Takes over what an earlier gateway has seen.</summary>
    public void Restore(IEnumerable<long> instances)
    {
        known.Clear();
        known.AddRange(instances);
        (checkedAt, pending) = (null, null);
    }

    /// <summary>Asks Sync Gateway which process answers.</summary>
    /// <param name="isForced">Whether to ask although it was asked less than 5 s ago, because something has failed since.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether a process answered that was never seen: places in the feed may mean something else there.</returns>
    /// <exception cref="FeedUnavailableException">Sync Gateway does not say.</exception>
    public async Task<bool> FindsNewAsync(bool isForced, CancellationToken cancellationToken)
    {
        if (pending is null && (isForced || checkedAt is not { } last || clock.GetElapsedTime(last) >= BetweenChecks))
        {
            // Two callers at once ask twice, which does no harm.
            var instance = await client.ReadInstanceAsync(keyspace, cancellationToken) switch
            {
                InstanceOutcome.Found found => found.StartTime,
                InstanceOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
                var other => throw new InvalidOperationException($"Unknown outcome {other}"),
            };
            checkedAt = clock.GetTimestamp();
            pending = known.Contains(instance) ? null : instance;
        }

        return pending is not null;
    }

    /// <summary>Counts the new process as known, because the feed is read from its beginning now.</summary>
    public void Accept()
    {
        if (pending is { } instance)
        {
            known.Add(instance);
            known.RemoveRange(0, Math.Max(0, known.Count - Remembered));
            pending = null;
        }
    }
}
