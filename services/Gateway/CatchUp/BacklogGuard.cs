using OfflineActions.Contracts;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Decides whether the candidates of one action may be published, by the number of messages in its queues: another gateway, or this one
/// before it restarted, may have published them. While the messages can account for them, they are not published again. But messages
/// that belong to others must not hide a lost request for ever. So the oldest candidate is published now and then, as a probe. If workers
/// answer it, they have passed what was queued before, and the next probe has twice as many. Pure.
/// </summary>
/// <remarks>
/// The broker counts no messages that workers hold. But while candidates are answered that this process has not published, workers hold the
/// messages of more of them, most likely.
/// </remarks>
/// <param name="settle">How long the queues must look empty, and no candidate be answered: messages that a worker holds need time to be done.</param>
/// <param name="limit">The longest time between two probes. After the first 30 s it doubles up to this while no probe is answered.</param>
internal sealed class BacklogGuard(TimeSpan settle, TimeSpan limit)
{
    private static readonly TimeSpan FirstProbeAfter = TimeSpan.FromSeconds(30);

    private readonly TimeSpan first = limit < FirstProbeAfter ? limit : FirstProbeAfter;
    private long? answered;
    private TimeSpan? emptySince;
    private TimeSpan? skippedSince;
    private TimeSpan wait = limit < FirstProbeAfter ? limit : FirstProbeAfter;
    private IReadOnlyList<OpenRequest> probes = [];

    /// <summary>How many candidates to publish when the decision is <see cref="BacklogDecision.Probe"/>.</summary>
    public int ProbeSize { get; private set; } = 1;

    /// <summary>Decides.</summary>
    /// <param name="counts">The candidates, and the requests that are known to have a message.</param>
    /// <param name="messages">How many messages the queues hold; null when the broker does not say.</param>
    /// <param name="now">The time on a monotonic clock.</param>
    public BacklogDecision Decide(CandidateCounts counts, long? messages, TimeSpan now)
    {
        if (messages is not { } count)
        {
            emptySince = null;
            return BacklogDecision.Wait;
        }

        var isAnswered = answered is { } before && before != counts.Answered;
        answered = counts.Answered;
        if (count <= counts.Known && !isAnswered)
        {
            emptySince ??= now;
            if (now - emptySince < settle)
            {
                return BacklogDecision.Wait;
            }

            (skippedSince, wait, ProbeSize, probes) = (null, first, 1, []);
            return BacklogDecision.Publish;
        }

        emptySince = null;
        skippedSince ??= now;
        if (now - skippedSince < wait)
        {
            return BacklogDecision.Skip;
        }

        skippedSince = now;
        if (probes.Count > 0)
        {
            var areAnswered = probes.All(probe => probe.State is OpenRequestState.Closed);
            wait = areAnswered ? first : wait * 2 < limit ? wait * 2 : limit;
            ProbeSize = areAnswered ? 2 * ProbeSize : 1;
        }

        return BacklogDecision.Probe;
    }

    /// <summary>What was published as a probe.</summary>
    public void Probed(IReadOnlyList<OpenRequest> requests) => probes = requests;
}

/// <summary>What to do with candidates now.</summary>
internal enum BacklogDecision
{
    /// <summary>They have no messages: publish them.</summary>
    Publish,

    /// <summary>It is not clear yet.</summary>
    Wait,

    /// <summary>The messages in the queues may be theirs. A worker will show.</summary>
    Skip,

    /// <summary>The same, and it has been so for long: publish the oldest of them, <see cref="BacklogGuard.ProbeSize"/>.</summary>
    Probe,
}

/// <summary>A guard for each group of candidates. A group that has none is forgotten: what its queues looked like then says nothing later.</summary>
internal sealed class BacklogGuards(TimeSpan settle, TimeSpan limit)
{
    private readonly Dictionary<(ActionContract Action, bool IsBacklog), BacklogGuard> guards = [];

    /// <summary>Keeps the guards of these groups only. Called each time before they are asked.</summary>
    public void Keep(IReadOnlyList<CandidateCounts> groups)
    {
        foreach (var key in guards.Keys.Except(groups.Select(Key)).ToArray())
        {
            guards.Remove(key);
        }
    }

    /// <summary>The guard of a group.</summary>
    public BacklogGuard For(CandidateCounts group)
    {
        if (!guards.TryGetValue(Key(group), out var guard))
        {
            guards[Key(group)] = guard = new BacklogGuard(settle, limit);
        }

        return guard;
    }

    private static (ActionContract Action, bool IsBacklog) Key(CandidateCounts group) => (group.Action, group.IsBacklog);
}

/// <summary>How some candidates of an action compare with the messages that its queues may hold.</summary>
/// <param name="Action">The action.</param>
/// <param name="IsBacklog">Whether they were open before this process followed the keyspace.</param>
/// <param name="Candidates">How many they are: open requests without a message as far as this process knows.</param>
/// <param name="Known">How many open requests may have a message for another reason: this process has published them, or they are older.</param>
/// <param name="Answered">How many candidates of the group have been answered or withdrawn so far, before this process published them.</param>
internal sealed record CandidateCounts(ActionContract Action, bool IsBacklog, long Candidates, long Known, long Answered);
