namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// The right to read a keyspace's feed and to move its checkpoint, which one gateway at a time has. It is kept by replacing the
/// checkpoint again and again; whoever sees it unchanged for long enough, by its own clock, takes over. Only compare-and-swap decides,
/// so one that was frozen meanwhile finds its next write refused.
/// </summary>
internal sealed class Lease(
    CheckpointStore file, string keyspace, string holder, string channel, IReadOnlyList<string> requests, TimeSpan lasting, TimeProvider clock, ILogger log)
{
    /// <summary>How many times in the life of a lease the others look whether it is still kept.</summary>
    private const int Looks = 6;

    private static readonly TimeSpan AfterDefeat = TimeSpan.FromMilliseconds(100);

    private string? lastWritten;
    private string? lastTried;
    private string? revision;
    private long writtenAt;

    /// <summary>Whether it may still be ours: nobody takes over before it has lain untouched for as long as it lasts.</summary>
    public bool IsFresh => clock.GetElapsedTime(writtenAt) < lasting;

    /// <summary>How long since it was renewed.</summary>
    public TimeSpan Age => clock.GetElapsedTime(writtenAt);

    /// <summary>Waits until the lease is ours.</summary>
    /// <param name="seen">Told what lies there each time it is looked at (null for nothing that we wrote), and whether the lease is free.</param>
    /// <param name="lost">Told when this cannot be the database whose checkpoint we wrote.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>From where to read on.</returns>
    /// <exception cref="FeedUnavailableException">Sync Gateway cannot be asked now.</exception>
    public async Task<string> AcquireAsync(Action<Checkpoint?, bool> seen, Action lost, CancellationToken cancellationToken)
    {
        string? watched = null;
        var unchangedSince = clock.GetTimestamp();
        while (true)
        {
            var content = await file.ReadAsync(cancellationToken);
            if (content.Checkpoint is null && content.Revision is not null)
            {
                log.CheckpointForged(keyspace, CheckpointStore.Name);
            }

            if (watched != content.Revision)
            {
                (watched, unchangedSince) = (content.Revision, clock.GetTimestamp());
            }

            var isFree = content.Checkpoint is null || content.Checkpoint.Holder is "" || content.Checkpoint.Holder == holder;
            seen(content.Checkpoint, isFree);
            if (isFree || clock.GetElapsedTime(unchangedSince) >= lasting)
            {
                if (IsStrange(content))
                {
                    lost();
                }

                if (await TakeAsync(content, cancellationToken) is { } since)
                {
                    return since;
                }

                await Task.Delay(AfterDefeat, clock, cancellationToken);
            }
            else
            {
                await Task.Delay(lasting / Looks, clock, cancellationToken);
            }
        }
    }

    /// <summary>Renews the lease and moves the checkpoint.</summary>
    /// <returns>False when it is no longer ours; nothing was written.</returns>
    /// <exception cref="FeedUnavailableException">Nobody knows.</exception>
    public Task<bool> RenewAsync(string since, string? marker, CancellationToken cancellationToken) =>
        WriteAsync(Checkpoint(since, marker, holder), revision, cancellationToken);

    /// <summary>Writes the last checkpoint and gives the lease up, so that nobody has to wait for it to run out.</summary>
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
        // From before the write: the others count from when they see it.
        var now = clock.GetTimestamp();
        if (await file.WriteAsync(checkpoint, replaced, cancellationToken) is not { } written)
        {
            return false;
        }

        (revision, lastWritten, writtenAt) = (written, written, now);
        return true;
    }

    /// <summary>Whether we have written a checkpoint, and what lies there is neither that one nor what came of a write whose answer was lost.</summary>
    private bool IsStrange(CheckpointStore.Content content) =>
        lastWritten is not null
        && content.Revision != lastWritten
        && (content.Checkpoint is null || (content.Checkpoint.Holder == holder && content.Checkpoint.Id != lastTried));

    private Checkpoint Checkpoint(string since, string? marker, string heldBy) =>
        new(since, marker ?? "", heldBy, channel, Guid.NewGuid().ToString("N"), requests);
}
