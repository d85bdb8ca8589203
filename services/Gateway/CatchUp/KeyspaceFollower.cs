using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Follows one keyspace while the process runs: acquires the lease, reads the feed from the checkpoint, publishes due requests, and moves
/// the checkpoint. Any failure ends the session. The next session begins at the checkpoint, as after a restart.
/// </summary>
internal sealed class KeyspaceFollower(
    CatchUpState state,
    RequestFeed feed,
    Lease lease,
    PublishedByKeyspace published,
    BrokerIncarnation broker,
    Func<OpenRequests, OpenRequestPublisher> createPublisher,
    GatewayOptions options,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>A pause between pages. Without it, a burst arrives in many small pages.</summary>
    private static readonly TimeSpan PagePause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Sync Gateway waits for a change. The first read does not wait, so that readiness is known soon.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(30);

    /// <summary>How often broker, lease and checkpoint are checked.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(3);

    private readonly Backoff backoff = new(clock);
    private readonly PublishedRequests memory = published.For(state.Keyspace);
    private readonly TimeSpan grace = options.SharesDatabase(state.Keyspace) ? TimeSpan.Zero : options.CatchUpGrace;

    private long brokerEpoch = broker.Epoch;

    /// <summary>False on the first start with a keyspace, when the broker is new as a matter of course.</summary>
    private bool hasHadBroker;

    /// <summary>The session has reached the end of the feed.</summary>
    private volatile bool isCaughtUp;

    /// <summary>Requests read before that are due at once: no webhook will publish them.</summary>
    private volatile bool isBacklogUrgent;

    /// <summary>The keyspace.</summary>
    public string Keyspace => state.Keyspace;

    /// <summary>Ends the wait after a failure, because a document has changed.</summary>
    public void Wake() => backoff.Wake();

    /// <summary>Follows until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var since = await lease.AcquireAsync(OnCheckpointRead, OnForeignCheckpoint, cancellationToken);
                await FollowAsync(since, cancellationToken);
            }
            catch (FeedUnavailableException error)
            {
                state.Failed(error.Message);
                await backoff.WaitAsync(error.RetryAfter, cancellationToken);
            }
        }
    }

    private void OnCheckpointRead(Checkpoint? checkpoint, bool isOurs)
    {
        var marker = checkpoint?.Marker is { Length: > 0 } stored ? stored : null;
        hasHadBroker |= marker is not null;
        broker.Watch(marker);
        if (!isOurs)
        {
            isBacklogUrgent |= HasBrokerChanged();
            state.Recovered();
            state.StoodBy();
        }
    }

    private void OnForeignCheckpoint()
    {
        log.CheckpointForeign(state.Keyspace);
        memory.Clear();
    }

    private async Task FollowAsync(string since, CancellationToken cancellationToken)
    {
        var requests = new OpenRequests(since, memory, options.RepublishAfter, options.MaxOpenRequests);
        isCaughtUp = false;
        state.StartedFollowing(since, requests);
        using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] work =
        [
            ReadAsync(requests, session.Token),
            createPublisher(requests).RunAsync(() => lease.IsFresh && state.IsBrokerKnown, session.Token),
            MaintainLeaseAsync(requests, session.Token),
        ];
        try
        {
            await await Task.WhenAny(work);
        }
        finally
        {
            await session.CancelAsync();
            await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            state.StoppedFollowing();
            if (cancellationToken.IsCancellationRequested)
            {
                await LeaveCheckpointAsync(requests.Watermark);
            }
        }
    }

    /// <summary>Reads pages until a new scan from the watermark is needed.</summary>
    private async Task ReadAsync(OpenRequests requests, CancellationToken cancellationToken)
    {
        var began = published.Now;
        var wait = TimeSpan.Zero;
        while (!ShouldRescan(requests, began))
        {
            var page = await feed.ReadAsync(requests.Last, wait, cancellationToken);
            wait = LongPoll;
            requests.Add(page.Entries, page.Last, published.Now, isBacklogUrgent ? TimeSpan.Zero : grace);
            isCaughtUp |= !page.IsFull;
            isBacklogUrgent &= !isCaughtUp;
            state.Recovered();
            backoff.Reset();
            if (!page.IsFull)
            {
                await Task.Delay(PagePause, clock, cancellationToken);
            }

            while (requests.Passing > 0)
            {
                await Task.Delay(PagePause, clock, cancellationToken);
            }
        }
    }

    private bool ShouldRescan(OpenRequests requests, TimeSpan began) =>
        requests.HasOverflowed && (requests.Count <= options.MaxOpenRequests / 2 || published.Now - began >= options.RepublishAfter);

    /// <summary>Renews the lease and moves the checkpoint, until the lease is lost or a new scan from the watermark is needed.</summary>
    private async Task MaintainLeaseAsync(OpenRequests requests, CancellationToken cancellationToken)
    {
        var (since, marker, isOverflowLogged) = (requests.Watermark, broker.Name, false);
        using var turn = new PeriodicTimer(CheckInterval, clock);
        while (await turn.WaitForNextTickAsync(cancellationToken))
        {
            if (HasBrokerChanged())
            {
                isBacklogUrgent = !isCaughtUp || requests.HasOverflowed;
                requests.MakeAllDue(published.Now);
                if (hasHadBroker)
                {
                    log.BrokerReplaced(state.Keyspace, requests.Count);
                }

                hasHadBroker = true;
                if (requests.HasOverflowed)
                {
                    // Only a new scan finds those beyond the bound.
                    return;
                }
            }

            if (requests.HasOverflowed && !isOverflowLogged)
            {
                isOverflowLogged = true;
                log.OpenRequestsOverflow(state.Keyspace, options.MaxOpenRequests);
            }

            var (nowSince, nowMarker) = (requests.Watermark, broker.Name);
            var moved = nowSince != since || nowMarker != marker;
            if (lease.Age < (moved ? Shorter(options.CheckpointEvery, options.LeaseFor / 3) : options.LeaseFor / 3))
            {
                continue;
            }

            if (!lease.IsFresh || !await lease.RenewAsync(nowSince, nowMarker, cancellationToken))
            {
                log.LeaseLost(state.Keyspace);
                return;
            }

            (since, marker) = (nowSince, nowMarker);
        }
    }

    /// <summary>Whether messages may have been lost since the last call. If so, nothing counts as published.</summary>
    private bool HasBrokerChanged()
    {
        if (!broker.IsKnown)
        {
            return false;
        }

        var epoch = broker.Epoch;
        var hasChanged = epoch != brokerEpoch;
        if (hasChanged)
        {
            brokerEpoch = epoch;
            memory.Clear();
        }

        state.CheckedBroker();
        return hasChanged;
    }

    private async Task LeaveCheckpointAsync(string since)
    {
        using var deadline = new CancellationTokenSource(ReleaseTimeout, clock);
        try
        {
            await lease.ReleaseAsync(since, broker.Name, deadline.Token);
        }
        catch (Exception error) when (error is FeedUnavailableException or OperationCanceledException)
        {
            log.LastCheckpointNotWritten(state.Keyspace, error.Message);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
