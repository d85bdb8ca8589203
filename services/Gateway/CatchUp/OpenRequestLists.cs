using OfflineActions.Contracts;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>The open requests by what they wait for, each list in the order in which it becomes due, with counts kept along.</summary>
internal sealed class OpenRequestLists
{
    private int unscheduled;
    private long firstNotUrgent;

    /// <summary>New requests that are left to the webhook, the oldest first.</summary>
    public LinkedList<OpenRequest> InGrace { get; } = [];

    /// <summary>Requests whose <c>notBefore</c> has not come, the earliest first.</summary>
    public SortedSet<OpenRequest> Scheduled { get; } = new(Comparer<OpenRequest>.Create(BySchedule));

    /// <summary>Requests that this process has published, the oldest first.</summary>
    public LinkedList<OpenRequest> Published { get; } = [];

    /// <summary>The candidates and the counts of each action.</summary>
    public Dictionary<ActionContract, ActionState> Actions { get; } = [];

    /// <summary>Changes when nothing counts as published any more.</summary>
    public int Epoch { get; private set; }

    /// <summary>
    /// How many of the requests that were open when nothing counted as published any more are still without a message. Those with a
    /// <c>notBefore</c> are left out: they may wait for long.
    /// </summary>
    public int Urgent { get; private set; }

    /// <summary>The number of the next request.</summary>
    public long NextNumber { get; private set; }

    /// <summary>Adds a request that is open from now on.</summary>
    public void Add(OpenRequest request, OpenRequestState state)
    {
        NextNumber++;
        if (request.NotBefore is null)
        {
            unscheduled++;
            Urgent += request.IsUrgent ? 1 : 0;
        }

        Place(request, state);
    }

    /// <summary>Nothing counts as published any more, and everything that is open is urgent.</summary>
    public void Forget()
    {
        Epoch++;
        Urgent = unscheduled;
        firstNotUrgent = NextNumber;
        foreach (var state in Actions.Values)
        {
            (state.Published, state.Scheduled, state.KnownBeyond) = (0, 0, 0);
        }
    }

    /// <summary>Whether it was open when nothing counted as published any more.</summary>
    public bool WasForgotten(OpenRequest request) => request.Number < firstNotUrgent;

    public void MoveTo(OpenRequest request, OpenRequestState state)
    {
        var action = StateOf(request.Action);
        var group = action.Group(request.IsBacklog);
        switch (request.State)
        {
            case OpenRequestState.InGrace:
                InGrace.Remove(request.Node);
                break;
            case OpenRequestState.Scheduled:
                Scheduled.Remove(request);
                action.Scheduled -= HasMessage(request) ? 1 : 0;
                break;
            case OpenRequestState.Candidate:
                group.ListOf(request).Remove(request.Node);
                break;
            case OpenRequestState.Taken:
                group.Taken--;
                group.TakenBeyond -= request.IsBeyondLimit ? 1 : 0;
                break;
            case OpenRequestState.Published:
                Published.Remove(request.Node);
                // What was published before the last ForgetPublished is no longer counted.
                action.Published -= request.PublishedEpoch == Epoch ? 1 : 0;
                break;
        }

        Place(request, state);
    }

    public ActionState StateOf(ActionContract action)
    {
        if (!Actions.TryGetValue(action, out var state))
        {
            Actions[action] = state = new ActionState();
        }

        return state;
    }

    private void Place(OpenRequest request, OpenRequestState state)
    {
        request.State = state;
        if (state is OpenRequestState.Published or OpenRequestState.Closed)
        {
            Settle(request);
        }

        var action = StateOf(request.Action);
        var group = action.Group(request.IsBacklog);
        switch (state)
        {
            case OpenRequestState.InGrace:
                request.Node = InGrace.AddLast(request);
                break;
            case OpenRequestState.Scheduled:
                Scheduled.Add(request);
                action.Scheduled += HasMessage(request) ? 1 : 0;
                break;
            case OpenRequestState.Candidate:
                request.Node = group.ListOf(request).AddLast(request);
                break;
            case OpenRequestState.Taken:
                group.Taken++;
                group.TakenBeyond += request.IsBeyondLimit ? 1 : 0;
                break;
            case OpenRequestState.Published:
                request.PublishedEpoch = Epoch;
                request.Node = Published.AddLast(request);
                action.Published++;
                break;
            case OpenRequestState.Closed:
                unscheduled -= request.NotBefore is null ? 1 : 0;
                break;
        }
    }

    private void Settle(OpenRequest request)
    {
        if (request.NotBefore is null && request.SettledEpoch != Epoch && (WasForgotten(request) || request.IsUrgent))
        {
            Urgent--;
        }

        request.SettledEpoch = Epoch;
    }

    private bool HasMessage(OpenRequest request) => request.WasPublished && request.PublishedEpoch == Epoch;

    private static int BySchedule(OpenRequest? one, OpenRequest? other) =>
        Nullable.Compare(one?.NotBefore, other?.NotBefore) is not 0 and var byTime
            ? byTime
            : string.CompareOrdinal(one?.DocumentId, other?.DocumentId);
}
