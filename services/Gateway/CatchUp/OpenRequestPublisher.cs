using System.Collections.Concurrent;
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
    SyncGatewayClient documents,
    RequestPublisher publisher,
    GatewayOptions options,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>How often to look at the queues while candidates wait. Without any, the loop sleeps until one may appear.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the queues must look empty before candidates are published. See <see cref="BacklogGuard"/>.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenCounts = TimeSpan.FromSeconds(1);

    /// <summary>A wait of this length or more is logged, to explain why nothing is published.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(10);

    private readonly Dictionary<ActionContract, ActionQueue> queues = [];

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
        var guards = new BacklogGuards(Settle, options.RepublishAfter);
        var changed = new Wakeup(clock);
        open.Changed += changed.Set;
        while (true)
        {
            open.Advance(published.Now, clock.GetUtcNow());
            // The candidates are counted last: what is decided on must not be older than the permission and the urgency.
            var isAllowed = mayPublish();
            var isUrgent = isAllowed && open.IsUrgent;
            var groups = open.CountCandidates();
            guards.Keep(isAllowed ? groups : []);
            var taken = isAllowed ? await TakeAsync(open, groups, isUrgent, guards, lease, cancellationToken) : [];
            if (taken.Count == 0)
            {
                var due = groups.Count > 0 ? TimeSpan.Zero : open.DueIn(published.Now, clock.GetUtcNow());
                await changed.SleepAsync(atLeast: Turn, atMost: due, cancellationToken);
            }
            else
            {
                await PublishAsync(open, taken, checkBacklog, cancellationToken);
            }
        }
    }

    private async Task<List<OpenRequest>> TakeAsync(
        OpenRequests open,
        IReadOnlyList<CandidateCounts> groups,
        bool isUrgent,
        BacklogGuards guards,
        BrokerLease lease,
        CancellationToken cancellationToken)
    {
        var taken = new List<OpenRequest>();
        foreach (var counts in groups)
        {
            var queue = QueueOf(counts.Action);
            if (published.Now < queue.NextTry)
            {
                continue;
            }

            // After the broker has refused a message, the action's requests are offered one at a time until it takes one.
            var most = queue.IsRefused ? 1 : 4 * options.CatchUpInFlight;
            var guard = guards.For(counts);
            var queued = isUrgent ? null : await CountAsync(queue, counts.Action);
            var decision = isUrgent ? BacklogDecision.Publish : guard.Decide(counts, queued?.Count, published.Now, queued?.ArePaused is true);
            SayWait(queue, counts, isUrgent ? TimeSpan.Zero : guard.WaitForAnswers);
            switch (decision)
            {
                case BacklogDecision.Publish:
                    taken.AddRange(open.TakeCandidates(counts, most, notAfter: isUrgent ? null : guard.NotAfter));
                    break;
                case BacklogDecision.Probe:
                    var probes = open.TakeCandidates(counts, Math.Min(guard.ProbeSize, most), onlyKept: true);
                    guard.Probed(probes);
                    taken.AddRange(probes);
                    open.SkipBeyond(counts);
                    break;
                case BacklogDecision.Skip:
                    open.SkipBeyond(counts);
                    break;
            }
        }

        return taken;

        async Task<QueuedMessages?> CountAsync(ActionQueue queue, ActionContract action)
        {
            if (queue.CountedAt is not { } at || clock.GetElapsedTime(at) >= BetweenCounts)
            {
                queue.Messages = await lease.CountMessagesAsync(action, reason => SayUncounted(queue, action, reason), cancellationToken);
                queue.CountedAt = clock.GetTimestamp();
                SayCounted(queue, action);
            }

            return queue.Messages;
        }
    }

    private async Task PublishAsync(OpenRequests open, List<OpenRequest> taken, bool checkBacklog, CancellationToken cancellationToken)
    {
        var refused = new ConcurrentDictionary<ActionContract, bool>();
        try
        {
            await Parallel.ForEachAsync(
                taken,
                new ParallelOptions { MaxDegreeOfParallelism = options.CatchUpInFlight, CancellationToken = cancellationToken },
                async (request, stopped) =>
                {
                    if (!refused.ContainsKey(request.Action) && !await PublishAsync(open, request, checkBacklog, stopped))
                    {
                        refused[request.Action] = true;
                    }
                });
        }
        finally
        {
            // The last one first: each goes back to the head of its list.
            foreach (var request in Enumerable.Reverse(taken))
            {
                open.Return(request);
            }
        }

        foreach (var action in taken.Select(request => request.Action).Distinct())
        {
            var queue = QueueOf(action);
            if (!refused.ContainsKey(action))
            {
                queue.IsRefused = false;
                queue.Backoff.Reset();
                continue;
            }

            if (!queue.IsRefused)
            {
                queue.IsRefused = true;
                log.BrokerRefuses(keyspace);
            }

            queue.NextTry = published.Now + queue.Backoff.Next();
        }
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
        request.IsUnanswerable = (request.WasPublished || (checkBacklog && request.IsBacklog))
            && await unanswerable.ContainsAsync(keyspace, request.DocumentId, request.Revision, cancellationToken);
        if (request.IsUnanswerable)
        {
            // As good as published: it is looked at again when that would be repeated.
            memory.Add(request.DocumentId, request.Revision, published.Now, epoch);
            return true;
        }

        if (open.IsRepetition(request)
            && await documents.ReadAsync(keyspace, request.DocumentId, cancellationToken) is ReadOutcome.Missing)
        {
            open.Close(request);
            return true;
        }

        var seen = clock.GetUtcNow() - (published.Now - request.Seen);
        var message = request.Action.CreateMessage(keyspace, request.DocumentId, request.Revision, seen);
        // Not cancelled once it has begun: nobody would know whether the broker has the message. Its own deadline ends it.
        return await publisher.PublishAsync(
            request.Action, request.Lane, message, request.Origin, RequestSource.CatchUp, CancellationToken.None) is null;
    }

    private void SayUncounted(ActionQueue queue, ActionContract action, string reason)
    {
        if (!queue.IsUncountedLogged)
        {
            queue.IsUncountedLogged = true;
            log.MessagesNotCounted(keyspace, action.States.Request, reason);
        }
    }

    private void SayCounted(ActionQueue queue, ActionContract action)
    {
        if (queue is { IsUncountedLogged: true, Messages: not null })
        {
            queue.IsUncountedLogged = false;
            log.MessagesCounted(keyspace, action.States.Request);
        }
    }

    private void SayWait(ActionQueue queue, CandidateCounts counts, TimeSpan wait)
    {
        if (wait >= LongWait && !queue.IsWaitLogged)
        {
            log.WaitsForAnswers(keyspace, counts.Candidates, counts.Action.States.Request, (long)wait.TotalSeconds);
        }

        queue.IsWaitLogged = wait > TimeSpan.Zero && (queue.IsWaitLogged || wait >= LongWait);
    }

    private ActionQueue QueueOf(ActionContract action)
    {
        if (!queues.TryGetValue(action, out var queue))
        {
            queues[action] = queue = new ActionQueue(new Backoff(clock));
        }

        return queue;
    }

    /// <summary>What is known about the queues of an action. If they take no message, other actions go on.</summary>
    private sealed class ActionQueue(Backoff backoff)
    {
        public Backoff Backoff => backoff;

        public bool IsRefused { get; set; }

        /// <summary>When to try again after a refusal, on the clock of <see cref="PublishedByKeyspace.Now"/>.</summary>
        public TimeSpan NextTry { get; set; } = TimeSpan.MinValue;

        /// <summary>The messages in them, as counted last.</summary>
        public QueuedMessages? Messages { get; set; }

        public long? CountedAt { get; set; }

        public bool IsUncountedLogged { get; set; }

        public bool IsWaitLogged { get; set; }
    }
}
