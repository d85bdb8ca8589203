using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Presence;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>What this gateway does now, for the operator page.</summary>
internal sealed class CatchUpPresence(CatchUpService catchUp, PublishedByKeyspace memory) : IPresenceSource
{
    private static readonly double[] AgeLimits = [10, 60, 600, 3_600];

    public string Service => "gateway";

    public ServicePresence Describe(ServicePresence presence) =>
        presence with { Keyspaces = [.. catchUp.States.Select(state => Describe(state, memory.Now))] };

    /// <summary>How many requests are open for how long.</summary>
    internal static IReadOnlyList<OpenByAge> GroupByAge(IEnumerable<(TimeSpan Seen, int Open)> batches, TimeSpan now)
    {
        var counts = new int[AgeLimits.Length + 1];
        foreach (var (seen, open) in batches)
        {
            var group = Array.FindIndex(AgeLimits, limit => (now - seen).TotalSeconds < limit);
            counts[group < 0 ? AgeLimits.Length : group] += open;
        }

        return [.. counts.Select((count, group) => new OpenByAge(group < AgeLimits.Length ? AgeLimits[group] : null, count))];
    }

    private static KeyspacePresence Describe(CatchUpState state, TimeSpan now)
    {
        // Another thread may end the following meanwhile.
        var requests = state.Requests;
        return requests is null
            ? new KeyspacePresence(state.Keyspace, IsFollowing: false, state.Problem, Open: null, LagSeconds: null, [])
            : new KeyspacePresence(
                state.Keyspace,
                IsFollowing: true,
                state.Problem,
                requests.Count,
                requests.OldestUnpublished is { } seen ? Math.Round((now - seen).TotalSeconds, 1) : 0,
                GroupByAge(requests.CountBySeen(), now));
    }
}
