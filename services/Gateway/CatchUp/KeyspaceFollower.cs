using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Leases;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Follows one keyspace for as long as the process runs: acquires the lease, reads the feed from the checkpoint, publishes what has no
/// message, and moves the checkpoint. After any error it starts again at the checkpoint, as after a restart.
/// </summary>
internal sealed class KeyspaceFollower(
    CatchUpState state,
    RequestFeed feed,
    DatabaseInstances instances,
    BrokerLeases leases,
    BrokerIncarnation incarnation,
    PublishedByKeyspace published,
    OpenRequestPublisher publisher,
    GatewayOptions options,
    TimeProvider clock,
    ILogger log)
{
    private const string LeasePrefix = "offline-actions-catch-up_";

    /// <summary>How long to collect the rows of a burst before asking for the next page.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Sync Gateway waits for a change. The first request does not wait, to learn soon whether it answers at all.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastConfirm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastStore = TimeSpan.FromSeconds(3);

    private readonly Backoff backoff = new(clock);
    private readonly Wakeup toStore = new(clock);
    private readonly PublishedRequests memory = published.For(state.Keyspace);
    private readonly CatchUpLimits limits = new(
        options.SharesDatabase(state.Keyspace) ? TimeSpan.Zero : options.CatchUpGrace, options.RepublishAfter, options.MaxOpenRequests);

    /// <summary>The marker of the checkpoint, and the last state of it whose losses this process has made good.</summary>
    private WatchedMarker? marker;
    private volatile MarkerState madeGood = MarkerState.Unknown;
    private bool isFirstStart = true;
    private bool isChangeUnlogged;

    /// <summary>Whether the rows that are read were there before this process followed the keyspace: no webhook will come for them.</summary>
    private volatile bool isBacklog;

    /// <summary>The keyspace.</summary>
    public string Keyspace => state.Keyspace;

    /// <summary>Cuts a wait after an error short, because something has changed in the keyspace.</summary>
    public void Wake() => backoff.Wake();

    /// <summary>Follows until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var lease = await leases.AcquireAsync(
                    LeasePrefix + Keyspace, Checkpoint.IsReadable, state.StoodBy, state.NoLease, cancellationToken);
                await HoldAsync(lease, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // No error may end the loop: catch-up is what finds the requests that everything else has lost.
                log.CatchUpError(error, Keyspace);
                state.Failed(error.Message);
                await backoff.WaitAsync(null, cancellationToken);
            }
        }
    }

    /// <summary>Follows while the lease is held. Errors of Sync Gateway do not give the lease up.</summary>
    private async Task HoldAsync(BrokerLease lease, CancellationToken cancellationToken)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, cancellationToken);
        var checkpoint = Restore(lease.Value);
        using var watched = incarnation.Watch(checkpoint?.Marker);
        watched.Changed += toStore.Set;
        (marker, madeGood) = (watched, watched.State);
        var isBrokerKnown = checkpoint is not null;
        isFirstStart &= !isBrokerKnown;
        var since = instances.Since;
        isBacklog = true;
        try
        {
            while (!held.IsCancellationRequested)
            {
                try
                {
                    since = await FollowAsync(lease, since, isBrokerKnown, held.Token);
                    state.Recovered();
                    backoff.Reset();
                }
                catch (FeedUnavailableException unavailable)
                {
                    since = instances.Since;
                    state.Failed(unavailable.Message);
                    await backoff.WaitAsync(unavailable.RetryAfter, held.Token);
                }
            }
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                log.LeaseLost(Keyspace, lease.LossReason);
            }
        }
        finally
        {
            state.StoppedFollowing();
        }
    }

    private Checkpoint? Restore(string? value)
    {
        var checkpoint = Checkpoint.Parse(value);
        if (checkpoint is null || checkpoint.Marker != madeGood.Name)
        {
            // This process has not watched the queues that it published into. What they hold decides now, as after a restart.
            memory.Clear();
        }

        instances.Restore(checkpoint?.Places ?? []);
        return checkpoint;
    }

    /// <summary>Reads, publishes and stores until there is a reason to read again from another place.</summary>
    /// <returns>That place.</returns>
    private async Task<string> FollowAsync(BrokerLease lease, string since, bool isBrokerKnown, CancellationToken cancellationToken)
    {
        if (await instances.FindsOtherAsync(reached: since, cancellationToken))
        {
            instances.FollowOther();
            since = instances.Since;
            log.DatabaseChanged(Keyspace, since);
            // Documents may be back from the past, and ask again in a revision that was answered before.
            memory.Clear();
            isBacklog = true;
        }

        using var open = new OpenRequests(since, memory, limits);
        state.StartedFollowing(since, open);
        using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] work =
        [
            ReadAsync(open, session.Token),
            publisher.RunAsync(open, lease, AreQueuesKnown, isBrokerKnown, session.Token),
            StoreAsync(lease, open, session.Token),
        ];
        try
        {
            await await Task.WhenAny(work);
            return open.Watermark;
        }
        finally
        {
            await session.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await StoreLastAsync(lease, cancellationToken.IsCancellationRequested ? open.Watermark : null);
        }
    }

    /// <summary>Ends when there is a reason to read from another place.</summary>
    private async Task ReadAsync(OpenRequests open, CancellationToken cancellationToken)
    {
        var began = published.Now;
        var wait = TimeSpan.Zero;
        var isOverflowLogged = false;
        while (!ShouldRescan(open, began))
        {
            var page = await feed.ReadAsync(open.Last, wait, cancellationToken);
            if (await instances.FindsOtherAsync(cancellationToken))
            {
                // The page may come from another database, where the place that it was asked for means something else.
                return;
            }

            wait = LongPoll;
            open.Add(page.Rows, page.Last, published.Now, isBacklog, page.IsFull);
            isBacklog &= page.IsFull;
            if (open.HasOverflowed && !isOverflowLogged)
            {
                isOverflowLogged = true;
                log.OpenRequestsOverflow(Keyspace, options.MaxOpenRequests);
            }

            toStore.Set();
            state.Recovered();
            backoff.Reset();
            for (var isBurst = !page.IsFull; isBurst || open.Beyond > 0; isBurst = false)
            {
                await Task.Delay(Gather, clock, cancellationToken);
            }
        }
    }

    private bool ShouldRescan(OpenRequests open, TimeSpan began) =>
        open.HasOverflowed && (open.Count <= options.MaxOpenRequests / 2 || published.Now - began >= options.RepublishAfter);

    /// <summary>
    /// Stores the checkpoint as it moves. Ends when the lease is lost, when another Sync Gateway process answers, or when queues were lost
    /// and there are more requests than are kept.
    /// </summary>
    private async Task StoreAsync(BrokerLease lease, OpenRequests open, CancellationToken cancellationToken)
    {
        var (stored, storedAt) = (default(Checkpoint), clock.GetTimestamp());
        while (true)
        {
            if (HaveQueuesChanged(open) && isChangeUnlogged && open.HasOverflowed)
            {
                // The requests beyond the limit are found by reading again.
                return;
            }

            state.AreQueuesKnown = AreQueuesKnown();
            if (isChangeUnlogged && !isBacklog)
            {
                isChangeUnlogged = false;
                log.QueuesChanged(Keyspace, open.Count);
            }

            // A restart is not always an error: a request that waits for changes is sent again at once, and waits in the new process.
            var age = stored is null ? TimeSpan.MaxValue : clock.GetElapsedTime(storedAt);
            var reached = open.Watermark;
            var hasReachedMore = age >= options.CheckpointEvery && reached != instances.Since;
            if (await instances.FindsOtherAsync(hasReachedMore ? reached : null, cancellationToken))
            {
                return;
            }

            var now = Current(); // Without its marker it would say that every message may be lost.
            if (madeGood.IsKnown && !now.Equals(stored) && (age >= options.CheckpointEvery || now.Marker != stored?.Marker))
            {
                if (!await lease.StoreAsync(now.ToJson(), cancellationToken))
                {
                    return;
                }

                (stored, storedAt) = (now, clock.GetTimestamp());
            }

            // A place that is reached too early to be stored is stored when its time has come. Everything else wakes this loop up.
            var untilStore = stored is null ? TimeSpan.Zero : options.CheckpointEvery - clock.GetElapsedTime(storedAt);
            await toStore.SleepAsync(atLeast: Turn, atMost: instances.CheckDueIn(untilStore), cancellationToken);
        }
    }

    private Checkpoint Current() => new(madeGood.Name, instances.Places);

    /// <summary>Whether a message that is published now counts: not while it is unknown whether its queue is the one it was.</summary>
    private bool AreQueuesKnown() => marker?.State is { IsKnown: true } now && now == madeGood;

    /// <summary>Whether queues, and messages with them, may have been lost since this was asked last.</summary>
    private bool HaveQueuesChanged(OpenRequests open)
    {
        if (marker?.State is not { IsKnown: true } now || now == madeGood)
        {
            return false;
        }

        var haveChanged = now.Losses != madeGood.Losses;
        if (haveChanged)
        {
            memory.Clear();
            open.ForgetPublished();
            (isChangeUnlogged, isFirstStart) = (!isFirstStart, false);
        }

        madeGood = now;
        return haveChanged;
    }

    private async Task StoreLastAsync(BrokerLease lease, string? reached)
    {
        using var deadline = new CancellationTokenSource(LastStore, clock);
        try
        {
            if (!lease.Lost.IsCancellationRequested)
            {
                await instances.TryConfirmAsync(reached, LastConfirm);
                await lease.StoreAsync(Current().ToJson(), deadline.Token);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // The next gateway reads a little more.
            log.LastCheckpointNotStored(Keyspace);
        }
    }
}
