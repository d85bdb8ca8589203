namespace OfflineActions.Gateway.CatchUp;

/// <summary>The open requests that wait for a time on the wall: their <c>notBefore</c>, or when their delayed message must be back.</summary>
internal sealed class RequestSchedule
{
    private readonly SortedSet<OpenRequest> scheduled = Create();
    private SortedSet<OpenRequest> delayed = Create();

    // Delayed ones whose messages may be gone.
    private SortedSet<OpenRequest> lost = Create();

    /// <summary>The request that is due first; null when none waits. One whose message is lost is due at once.</summary>
    public OpenRequest? First => lost.Min
        ?? (delayed.Min is { } request && !(scheduled.Min?.Due <= request.Due) ? request : scheduled.Min);

    /// <summary>Whether <see cref="First"/> waits for nothing, because its message may be gone.</summary>
    public bool IsFirstLost => lost.Count > 0;

    /// <summary>Adds a request that has <see cref="OpenRequest.Due"/>.</summary>
    public void Add(OpenRequest request) => (request.IsDelayed ? delayed : scheduled).Add(request);

    /// <summary>Removes a request.</summary>
    public void Remove(OpenRequest request) => _ = (request.IsDelayed ? delayed : scheduled).Remove(request) || lost.Remove(request);

    /// <summary>Messages may be gone: what waits for one waits no longer. A request with a <c>notBefore</c> waits all the same.</summary>
    public void Forget()
    {
        if (lost.Count == 0)
        {
            // Costs the same however many there are.
            (lost, delayed) = (delayed, lost);
            return;
        }

        lost.UnionWith(delayed);
        delayed.Clear();
    }

    private static SortedSet<OpenRequest> Create() => new(Comparer<OpenRequest>.Create(Compare));

    private static int Compare(OpenRequest? one, OpenRequest? other) =>
        Nullable.Compare(one?.Due, other?.Due) is not 0 and var byTime
            ? byTime
            : string.CompareOrdinal(one?.DocumentId, other?.DocumentId);
}
