using OfflineActions.Contracts;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Decides whether the candidates of one action may be published, by the number of messages in its queues: another gateway, or this one
/// before it restarted, may have published them. While the messages can account for them, they are not published again. Pure.
/// </summary>
/// <remarks>
/// <para>
/// Workers may hold messages, which the broker does not count. So when the queues look empty, a candidate is published once it is older than
/// any request was that was answered in the last minutes. If none was, nothing shows that workers hold messages.
/// </para>
/// <para>
/// Messages that belong to others must not hide a lost request for ever. So while the queues are never empty, the oldest candidate is
/// published now and then, as a probe. If workers answer it, they have passed what was queued before, and the next probe has twice as many.
/// While the action is paused, no worker would answer: there are no probes, and the time until the next one starts when it is resumed.
/// </para>
/// <para>
/// The same goes for a broker that does not say how many messages the queues hold, for example because one of them is away: nothing else
/// would ever end that wait.
/// </para>
/// </remarks>
/// <param name="settle">How long the queues must look empty: a message that was taken is gone from the queue before the feed shows its result.</param>
/// <param name="limit">The longest time between two probes. After the first 30 s it doubles up to this while no probe is answered.</param>
internal sealed class BacklogGuard(TimeSpan settle, TimeSpan limit)
{
    /// <summary>The longest time that a worker may hold a message. Its <c>Worker:DeliveryTimeout</c>, at most 60 s, counts for each of three steps.</summary>
    public static readonly TimeSpan LongestHeld = TimeSpan.FromMinutes(3);

    private const int LargestProbe = 1 << 20;

    private static readonly TimeSpan FirstProbeAfter = TimeSpan.FromSeconds(30);

    private readonly TimeSpan first = limit < FirstProbeAfter ? limit : FirstProbeAfter;
    private TimeSpan? emptySince;
    private TimeSpan? skippedSince;
    private TimeSpan? uncountedSince;
    private TimeSpan wait = limit < FirstProbeAfter ? limit : FirstProbeAfter;
    private IReadOnlyList<OpenRequest> probes = [];

    /// <summary>
    /// Candidates since then or earlier may be published, when the decision is <see cref="BacklogDecision.Publish"/>. See
    /// <see cref="OpenRequest.Since"/>.
    /// </summary>
    public TimeSpan NotAfter { get; private set; }

    /// <summary>
    /// How much longer the oldest candidate waits at least, because workers may hold the message of any that is younger; zero when it waits for
    /// something else.
    /// </summary>
    public TimeSpan WaitForAnswers { get; private set; }

    /// <summary>How many candidates to publish when the decision is <see cref="BacklogDecision.Probe"/>.</summary>
    public int ProbeSize { get; private set; } = 1;

    /// <summary>Decides.</summary>
    /// <param name="counts">The candidates, and the requests that are known to have a message.</param>
    /// <param name="messages">How many messages the queues hold; null when the broker does not say.</param>
    /// <param name="now">The time on a monotonic clock.</param>
    /// <param name="arePaused">Whether no worker takes them, because the action is paused.</param>
    public BacklogDecision Decide(CandidateCounts counts, long? messages, TimeSpan now, bool arePaused = false)
    {
        WaitForAnswers = TimeSpan.Zero;
        if (messages is not { } count)
        {
            emptySince = null;
            uncountedSince ??= now;
            return now - uncountedSince >= first && SkipOrProbe(now) is BacklogDecision.Probe ? BacklogDecision.Probe : BacklogDecision.Wait;
        }

        uncountedSince = null;

        if (count > counts.Known)
        {
            emptySince = null;
            if (arePaused)
            {
                (skippedSince, wait, ProbeSize, probes) = (null, first, 1, []);
                return BacklogDecision.Skip;
            }

            return SkipOrProbe(now);
        }

        // Not skippedSince: queues that are empty for a moment now and then must not put the next probe off for ever.
        (wait, ProbeSize, probes) = (first, 1, []);
        emptySince ??= now;
        return now - emptySince >= settle ? PublishOrWait(counts, now) : BacklogDecision.Wait;
    }

    /// <summary>What was published as a probe.</summary>
    public void Probed(IReadOnlyList<OpenRequest> requests) => probes = requests;

    private BacklogDecision PublishOrWait(CandidateCounts counts, TimeSpan now)
    {
        // Reading waits for requests beyond the limit, and would see no answers. There are so many that workers hold few of them.
        NotAfter = counts.LongestAnswer is not { } longest || counts.HasBeyond ? TimeSpan.MaxValue
            : now - (longest < LongestHeld ? longest : LongestHeld) - settle;
        if (counts.Oldest > NotAfter)
        {
            WaitForAnswers = counts.Oldest - NotAfter;
            return BacklogDecision.Wait;
        }

        skippedSince = null;
        return BacklogDecision.Publish;
    }

    private BacklogDecision SkipOrProbe(TimeSpan now)
    {
        skippedSince ??= uncountedSince ?? now;
        if (now - skippedSince < wait)
        {
            return BacklogDecision.Skip;
        }

        skippedSince = now;
        if (probes.Count > 0)
        {
            var areAnswered = probes.All(probe => probe.State is OpenRequestState.Closed);
            wait = areAnswered ? first : wait * 2 < limit ? wait * 2 : limit;
            ProbeSize = areAnswered ? Math.Min(2 * ProbeSize, LargestProbe) : 1;
        }

        return BacklogDecision.Probe;
    }
}

/// <summary>What to do with candidates now.</summary>
internal enum BacklogDecision
{
    /// <summary>Those up to <see cref="BacklogGuard.NotAfter"/> have no messages: publish them.</summary>
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
/// <param name="Oldest">Since when a worker may have the message of the oldest that is kept.</param>
/// <param name="LongestAnswer">How long the slowest answer of the last minutes took; null when there was none.</param>
/// <param name="HasBeyond">Whether some are beyond the limit of open requests. Reading waits until each is published or skipped.</param>
internal sealed record CandidateCounts(
    ActionContract Action, bool IsBacklog, long Candidates, long Known, TimeSpan Oldest, TimeSpan? LongestAnswer, bool HasBeyond);
