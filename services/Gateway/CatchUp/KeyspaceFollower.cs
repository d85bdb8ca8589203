using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Follows one keyspace for as long as the process runs: gets the lease, reads the feed from the checkpoint, publishes what is due, and
/// moves the checkpoint. Whatever goes wrong ends the session, and the next one begins at the checkpoint again, as after a restart.
/// </summary>
internal sealed class KeyspaceFollower(
    CatchUpState state,
    RequestFeed feed,
    Lease lease,
    PublishedByKeyspace published,
    BrokerIncarnation broker,
    Func<OpenRequests, OpenRequestPublisher> publisherOf,
    GatewayOptions options,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>A burst comes in many small batches to whoever is too quick to ask for the next.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);

    /// <summary>How long Sync Gateway waits for a change. The first time it does not: whether it answers at all is to be known soon.</summary>
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(30);

    /// <summary>How often to look after broker, lease and checkpoint.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(3);

    private readonly Backoff patience = new(clock);
    private readonly PublishedRequests memory = published.For(state.Keyspace);
    private readonly TimeSpan grace = options.SharesDatabase(state.Keyspace) ? TimeSpan.Zero : options.CatchUpGrace;
    private readonly CatchUpLimits pace = new(options.CatchUpGrace, options.RepublishAfter, options.MaxOpenRequests);

    private long brokerEpoch = broker.Epoch;

    /// <summary>The session has read all there was.</summary>
    private volatile bool isCaughtUp;

    /// <summary>No webhook will come for what is read until then.</summary>
    private volatile bool isBacklogUrgent;

    /// <summary>The keyspace.</summary>
    public string Keyspace => state.Keyspace;

    /// <summary>Something has changed there: if this is waiting to try again, it tries now.</summary>
    public void Wake() => patience.Wake();

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
            catch (FeedUnavailableException trouble)
            {
                state.Failed(trouble.Message);
                await patience.WaitAsync(trouble.RetryAfter, cancellationToken);
            }
        }
    }

    private void OnCheckpointRead(Checkpoint? checkpoint, bool isOurs)
    {
        broker.Watch(checkpoint?.Marker is { Length: > 0 } marker ? marker : null);
        if (!isOurs)
        {
            isBacklogUrgent |= HasBrokerChanged();
            state.Recovered();
            state.StandingBy();
        }
    }

    private void OnForeignCheckpoint()
    {
        log.CheckpointForeign(state.Keyspace);
        memory.Clear();
    }

    private async Task FollowAsync(string since, CancellationToken cancellationToken)
    {
        var requests = new OpenRequests(since, memory, pace);
        isCaughtUp = false;
        state.StartedFollowing(since, requests);
        using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] work =
        [
            ReadAsync(requests, session.Token),
            publisherOf(requests).RunAsync(() => lease.IsFresh && state.IsBrokerKnown, session.Token),
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

    /// <summary>Ends when there is reason to read from the watermark anew.</summary>
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
            patience.Reset();
            if (!page.IsFull)
            {
                await Task.Delay(Gather, clock, cancellationToken);
            }

            while (requests.Passing > 0)
            {
                await Task.Delay(Gather, clock, cancellationToken);
            }
        }
    }

    private bool ShouldRescan(OpenRequests requests, TimeSpan began) =>
        requests.HasOverflowed && (requests.Count <= options.MaxOpenRequests / 2 || published.Now - began >= options.RepublishAfter);

    /// <summary>Ends when the lease is lost, or there is reason to read from the watermark anew.</summary>
    private async Task MaintainLeaseAsync(OpenRequests requests, CancellationToken cancellationToken)
    {
        var (since, marker, overflown) = (requests.Watermark, broker.Name, false);
        using var turn = new PeriodicTimer(Turn, clock);
        while (await turn.WaitForNextTickAsync(cancellationToken))
        {
            if (HasBrokerChanged())
            {
                isBacklogUrgent = !isCaughtUp || requests.HasOverflowed;
                requests.MakeAllDue(published.Now);
                log.BrokerReplaced(state.Keyspace, requests.Count);
                if (requests.HasOverflowed)
                {
                    // Those beyond the bound are found by reading anew.
                    return;
                }
            }

            if (requests.HasOverflowed && !overflown)
            {
                overflown = true;
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

    /// <summary>Whether messages may have been lost since this was asked last. If so, nothing counts as published.</summary>
    private bool HasBrokerChanged()
    {
        if (!broker.IsKnown)
        {
            return false;
        }

        var epoch = broker.Epoch;
        var isOther = epoch != brokerEpoch;
        if (isOther)
        {
            brokerEpoch = epoch;
            memory.Clear();
        }

        state.BrokerChecked();
        return isOther;
    }

    private async Task LeaveCheckpointAsync(string since)
    {
        using var deadline = new CancellationTokenSource(LastWrite, clock);
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
