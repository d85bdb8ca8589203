using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Leases;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Publishes the open requests of one keyspace that have no message, several at a time while the broker takes them.</summary>
internal sealed class OpenRequestPublisher(
    string keyspace,
    PublishedByKeyspace published,
    UnanswerableRequests unanswerable,
    RequestPublisher publisher,
    GatewayOptions options,
    CatchUpTelemetry telemetry,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>How often to look for what has become due.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the queues must look empty before candidates are published. See <see cref="BacklogGuard"/>.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(1);

    private readonly Backoff backoff = new(clock);
    private readonly Dictionary<(ActionContract Action, bool IsBacklog), Backlog> backlogs = [];
    private bool isRefused;

    /// <summary>Publishes until it is cancelled.</summary>
    /// <param name="open">The open requests.</param>
    /// <param name="lease">The lease, which can count messages.</param>
    /// <param name="mayPublish">Asked before each turn.</param>
    /// <param name="checkBacklog">
    /// Whether requests that were open before this process may be unanswerable, which costs a request to Sync Gateway each. After the broker
    /// was replaced there may be a million, and all of them are published.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(
        OpenRequests open, BrokerLease lease, Func<bool> mayPublish, bool checkBacklog, CancellationToken cancellationToken)
    {
        backlogs.Clear();
        using var turn = new PeriodicTimer(Turn, clock);
        while (true)
        {
            open.Advance(published.Now, clock.GetUtcNow());
            var taken = mayPublish() ? await TakeAsync(open, lease, cancellationToken) : [];
            if (taken.Count == 0)
            {
                await turn.WaitForNextTickAsync(cancellationToken);
            }
            else if (await PublishAsync(open, taken, checkBacklog, cancellationToken))
            {
                isRefused = false;
                backoff.Reset();
            }
            else
            {
                NoteRefusal();
                await backoff.WaitAsync(null, cancellationToken);
            }
        }
    }

    private async Task<List<OpenRequest>> TakeAsync(OpenRequests open, BrokerLease lease, CancellationToken cancellationToken)
    {
        // After the broker has refused a message, they are offered one at a time until it takes one.
        var most = isRefused ? 1 : 4 * options.CatchUpInFlight;
        var taken = new List<OpenRequest>();
        var isUrgent = open.IsUrgent;
        foreach (var counts in open.CountCandidates())
        {
            switch (isUrgent ? BacklogDecision.Publish : await DecideAsync(counts, lease, cancellationToken))
            {
                case BacklogDecision.Publish:
                    taken.AddRange(open.TakeCandidates(counts, most - taken.Count));
                    break;
                case BacklogDecision.Skip:
                    open.SkipBeyond(counts);
                    break;
            }
        }

        return taken;
    }

    private async Task<BacklogDecision> DecideAsync(CandidateCounts counts, BrokerLease lease, CancellationToken cancellationToken)
    {
        var key = (counts.Action, counts.IsBacklog);
        if (!backlogs.TryGetValue(key, out var backlog))
        {
            backlogs[key] = backlog = new Backlog(new BacklogGuard(Settle, options.RepublishAfter));
        }

        if (backlog.CountedAt is not { } at || clock.GetElapsedTime(at) >= BetweenCounts)
        {
            backlog.Messages = await lease.CountMessagesAsync(counts.Action, cancellationToken);
            backlog.CountedAt = clock.GetTimestamp();
        }

        return backlog.Guard.Decide(counts, backlog.Messages, published.Now);
    }

    /// <returns>Whether the broker took all of them.</returns>
    private async Task<bool> PublishAsync(OpenRequests open, List<OpenRequest> taken, bool checkBacklog, CancellationToken cancellationToken)
    {
        var isRefusal = false;
        try
        {
            await Parallel.ForEachAsync(
                taken,
                new ParallelOptions { MaxDegreeOfParallelism = options.CatchUpInFlight, CancellationToken = cancellationToken },
                async (request, stopped) =>
                {
                    if (!Volatile.Read(ref isRefusal) && !await PublishAsync(open, request, checkBacklog, stopped))
                    {
                        Volatile.Write(ref isRefusal, true);
                    }
                });
        }
        finally
        {
            taken.ForEach(open.Return);
        }

        return !isRefusal;
    }

    /// <returns>Whether nothing is left to do for it now.</returns>
    private async Task<bool> PublishAsync(OpenRequests open, OpenRequest request, bool checkBacklog, CancellationToken cancellationToken)
    {
        if (!open.IsStillDue(request))
        {
            return true;
        }

        var memory = published.For(keyspace);
        var epoch = memory.Epoch;
        if ((request.WasPublished || (checkBacklog && request.IsBacklog))
            && await unanswerable.ContainsAsync(keyspace, request.DocumentId, request.Revision, cancellationToken))
        {
            // As good as published: it is looked at again when that would be repeated.
            memory.Add(request.DocumentId, request.Revision, published.Now, epoch);
            return true;
        }

        var seen = clock.GetUtcNow() - (published.Now - request.Seen);
        var message = request.Action.CreateMessage(keyspace, request.DocumentId, request.Revision, seen);
        // Not cancelled once it has begun: nobody would know whether the broker has the message. Its own deadline ends it.
        if (await publisher.PublishAsync(request.Action, message, CancellationToken.None) is not null)
        {
            return false;
        }

        telemetry.Published(request.Action.States.Request);
        return true;
    }

    private void NoteRefusal()
    {
        if (!isRefused)
        {
            isRefused = true;
            log.BrokerRefuses(keyspace);
        }
    }

    private sealed class Backlog(BacklogGuard guard)
    {
        public BacklogGuard Guard => guard;

        public long? Messages { get; set; }

        public long? CountedAt { get; set; }
    }
}
