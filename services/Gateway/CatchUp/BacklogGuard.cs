using OfflineActions.Contracts;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Decides whether the candidates of one action may be published, by the number of messages in its queues: another gateway, or this one
/// before it restarted, may have published them. While the messages can account for them, nothing is published again. Pure.
/// </summary>
/// <param name="settle">How long the queues must look empty: messages that a worker holds are not counted, and need time to be done.</param>
/// <param name="limit">After this long, candidates are published although some messages may be theirs, because some certainly have none.</param>
internal sealed class BacklogGuard(TimeSpan settle, TimeSpan limit)
{
    private TimeSpan? emptySince;
    private TimeSpan? shortSince;

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

        var unexplained = count - counts.Known;
        if (unexplained <= 0)
        {
            shortSince = null;
            emptySince ??= now;
            return now - emptySince >= settle ? BacklogDecision.Publish : BacklogDecision.Wait;
        }

        emptySince = null;
        if (unexplained >= counts.Candidates)
        {
            shortSince = null;
            return BacklogDecision.Skip;
        }

        shortSince ??= now;
        return now - shortSince >= limit ? BacklogDecision.Publish : BacklogDecision.Skip;
    }
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
}

/// <summary>How some candidates of an action compare with the messages that its queues may hold.</summary>
/// <param name="Action">The action.</param>
/// <param name="IsBacklog">Whether they were open before this process followed the keyspace.</param>
/// <param name="Candidates">How many they are: open requests without a message as far as this process knows.</param>
/// <param name="Known">How many open requests may have a message for another reason: this process has published them, or they are older.</param>
internal sealed record CandidateCounts(ActionContract Action, bool IsBacklog, long Candidates, long Known);
