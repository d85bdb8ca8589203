namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// The right to read a keyspace's feed and to move its checkpoint. One gateway at a time holds it, and renews it by replacing the
/// checkpoint. A gateway that sees the checkpoint unchanged for long enough, by its own clock, takes over. Compare-and-swap decides:
/// the next write of a holder that was frozen meanwhile is refused.
/// </summary>
internal sealed class Lease(
    CheckpointStore store,
    string keyspace,
    string holder,
    string channel,
    IReadOnlyList<string> requests,
    TimeSpan duration,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>How many times per lease duration the other gateways read the checkpoint.</summary>
    private const int ReadsPerDuration = 6;

    private static readonly TimeSpan PauseAfterConflict = TimeSpan.FromMilliseconds(100);

    private string? lastWritten;
    private string? lastTried;
    private string? revision;
    private long writtenAt;

    /// <summary>Whether this gateway still holds the lease: no other takes over before the duration has passed without a renewal.</summary>
    public bool IsFresh => clock.GetElapsedTime(writtenAt) < duration;

    /// <summary>The time since the last renewal.</summary>
    public TimeSpan Age => clock.GetElapsedTime(writtenAt);

    /// <summary>Waits until this gateway holds the lease.</summary>
    /// <param name="onRead">
    /// Called with each checkpoint that is read (null when no gateway wrote it), and whether the lease is free.
    /// </param>
    /// <param name="onForeign">Called when the database is not the one this gateway wrote its checkpoint to.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Where to begin to read.</returns>
    /// <exception cref="FeedUnavailableException">Sync Gateway cannot be used now.</exception>
    public async Task<string> AcquireAsync(Action<Checkpoint?, bool> onRead, Action onForeign, CancellationToken cancellationToken)
    {
        string? watched = null;
        var unchangedSince = clock.GetTimestamp();
        while (true)
        {
            var content = await store.ReadAsync(cancellationToken);
            if (content.Checkpoint is null && content.Revision is not null)
            {
                log.CheckpointForged(keyspace, CheckpointStore.Name);
            }

            if (watched != content.Revision)
            {
                (watched, unchangedSince) = (content.Revision, clock.GetTimestamp());
            }

            var isFree = content.Checkpoint is null || content.Checkpoint.Holder is "" || content.Checkpoint.Holder == holder;
            onRead(content.Checkpoint, isFree);
            if (isFree || clock.GetElapsedTime(unchangedSince) >= duration)
            {
                if (IsForeign(content))
                {
                    onForeign();
                }

                if (await TakeAsync(content, cancellationToken) is { } since)
                {
                    return since;
                }

                await Task.Delay(PauseAfterConflict, clock, cancellationToken);
            }
            else
            {
                await Task.Delay(duration / ReadsPerDuration, clock, cancellationToken);
            }
        }
    }

    /// <summary>Renews the lease and moves the checkpoint.</summary>
    /// <returns>False when another gateway holds it; nothing was written.</returns>
    /// <exception cref="FeedUnavailableException">No usable answer. The write may have happened.</exception>
    public Task<bool> RenewAsync(string since, string? marker, CancellationToken cancellationToken) =>
        WriteAsync(Checkpoint(since, marker, holder), revision, cancellationToken);

    /// <summary>Writes the last checkpoint and releases the lease, so that another gateway can take over at once.</summary>
    public Task<bool> ReleaseAsync(string since, string? marker, CancellationToken cancellationToken) =>
        WriteAsync(Checkpoint(since, marker, ""), revision, cancellationToken);

    private async Task<string?> TakeAsync(CheckpointStore.Content content, CancellationToken cancellationToken)
    {
        var stored = content.Checkpoint;
        var since = stored is not null && stored.Channel == channel && requests.All(stored.Requests.Contains) ? stored.Since : "0";
        return await WriteAsync(Checkpoint(since, stored?.Marker, holder), content.Revision, cancellationToken) ? since : null;
    }

    private async Task<bool> WriteAsync(Checkpoint checkpoint, string? replaced, CancellationToken cancellationToken)
    {
        lastTried = checkpoint.Id;
        // From before the write: the other gateways count from when they read it.
        var now = clock.GetTimestamp();
        if (await store.WriteAsync(checkpoint, replaced, cancellationToken) is not { } written)
        {
            return false;
        }

        (revision, lastWritten, writtenAt) = (written, written, now);
        return true;
    }

    /// <summary>
    /// Whether this gateway has written a checkpoint, and the stored one is neither that nor from a write whose answer was lost.
    /// </summary>
    private bool IsForeign(CheckpointStore.Content content) =>
        lastWritten is not null
        && content.Revision != lastWritten
        && (content.Checkpoint is null || (content.Checkpoint.Holder == holder && content.Checkpoint.Id != lastTried));

    private Checkpoint Checkpoint(string since, string? marker, string heldBy) =>
        new(since, marker ?? "", heldBy, channel, Guid.NewGuid().ToString("N"), requests);
}
