using OfflineActions.Contracts;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>The open requests by what they wait for, each list in the order in which it becomes due, with counts kept along.</summary>
internal sealed class OpenRequestLists
{
    /// <summary>How long to trust a time until a <c>notBefore</c>: the clock on the wall may be set.</summary>
    private static readonly TimeSpan LongestOnTheWall = TimeSpan.FromSeconds(1);

    private static readonly bool[] BothGroups = [true, false];

    private int unscheduled;

    /// <summary>New requests that are left to the webhook, the oldest first.</summary>
    public IntrusiveList<OpenRequest> InGrace { get; } = new();

    /// <summary>Requests whose <see cref="OpenRequest.Due"/> has not come.</summary>
    public RequestSchedule Scheduled { get; } = new();

    /// <summary>Requests that this process has published, the oldest first.</summary>
    public IntrusiveList<OpenRequest> Published { get; } = new();

    /// <summary>The candidates and the counts of each action.</summary>
    public Dictionary<ActionContract, ActionState> Actions { get; } = [];

    /// <summary>Changes when nothing counts as published any more.</summary>
    public int Epoch { get; private set; }

    /// <summary>
    /// How many of the requests that were open when nothing counted as published any more are still without a message. Those with a
    /// time when they are due are left out: they may wait for long.
    /// </summary>
    public int Urgent { get; private set; }

    /// <summary>Since when the oldest request has been known that is a candidate or in its grace; null when there is none.</summary>
    public TimeSpan? OldestUnpublished => Actions.Values
        .SelectMany(state => new[] { state.Backlog.Candidates.First, state.New.Candidates.First })
        .Append(InGrace.First)
        .Min(request => request?.Seen);

    /// <summary>Adds a request that is open from now on.</summary>
    public void Add(OpenRequest request, OpenRequestState state)
    {
        request.Batch.Unscheduled += request.IsScheduled ? 0 : 1;
        if (request.Due is null)
        {
            unscheduled++;
            Urgent += request.Batch.IsUrgent ? 1 : 0;
        }

        Place(request, state);
    }

    /// <summary>Takes in a request beyond the limit: it is published or skipped, and found again by the next scan.</summary>
    public void AddBeyond(OpenRequest request, bool isPublished, CatchUpLimits limits)
    {
        if (isPublished)
        {
            StateOf(request.Action).KnownBeyond++;
        }
        else if (!request.IsBacklog && limits.Grace > TimeSpan.Zero)
        {
            // Most likely its webhook publishes it. The next scan shows.
            StateOf(request.Action).New.SkippedBeyond++;
        }
        else
        {
            request.IsBeyondLimit = true;
            Add(request, OpenRequestState.Candidate);
        }
    }

    /// <summary>Nothing counts as published any more, and everything that is open is urgent.</summary>
    public void Forget()
    {
        Epoch++;
        Urgent = unscheduled;
        Scheduled.Forget();
        foreach (var state in Actions.Values)
        {
            (state.Published, state.Scheduled, state.KnownBeyond) = (0, 0, 0);
        }
    }

    /// <summary>Whether it was open when nothing counted as published any more.</summary>
    public bool WasForgotten(OpenRequest request) => request.Batch.Epoch != Epoch;

    /// <summary>Whether this process has published it, and its message still counts.</summary>
    public bool WasPublished(OpenRequest request) => request.PublishedEpoch == Epoch;

    public void MoveTo(OpenRequest request, OpenRequestState state)
    {
        var action = StateOf(request.Action);
        var group = action.Group(request.IsBacklog);
        switch (request.State)
        {
            case OpenRequestState.InGrace:
                InGrace.Remove(request);
                break;
            case OpenRequestState.Scheduled:
                Scheduled.Remove(request);
                action.Scheduled -= HasMessage(request) ? 1 : 0;
                break;
            case OpenRequestState.Candidate:
                group.ListOf(request).Remove(request);
                break;
            case OpenRequestState.Taken:
                group.Taken--;
                group.TakenBeyond -= request.IsBeyondLimit ? 1 : 0;
                break;
            case OpenRequestState.Published:
                Published.Remove(request);
                // What was published before the last ForgetPublished is no longer counted.
                action.Published -= HasMessage(request) ? 1 : 0;
                break;
        }

        Place(request, state);
    }

    /// <summary>Notes how long a worker took for an answer, unless there may be several messages, or it waited for its time.</summary>
    public void RecordAnswer(OpenRequest request, RequestRow answer, TimeSpan now)
    {
        if (answer.Action is null && request is { IsFromCatchUp: false, Due: null })
        {
            StateOf(request.Action).Answers.Add(now - request.Since, now);
        }
    }

    public ActionState StateOf(ActionContract action)
    {
        if (!Actions.TryGetValue(action, out var state))
        {
            Actions[action] = state = new ActionState();
        }

        return state;
    }

    /// <summary>Moves what has become due: out of its grace, past its <c>notBefore</c>, or published too long ago.</summary>
    /// <param name="limits">How long each may wait.</param>
    /// <param name="now">The time.</param>
    /// <param name="utcNow">The time on the wall, for <c>notBefore</c>.</param>
    /// <param name="moves">How many requests to move at most.</param>
    public void Advance(CatchUpLimits limits, TimeSpan now, DateTimeOffset utcNow, int moves)
    {
        foreach (var state in Actions.Values)
        {
            state.Answers.Advance(now);
        }

        while (moves > 0 && InGrace.First is { } graced && (graced.Seen + limits.Grace <= now || WasForgotten(graced)))
        {
            moves--;
            MoveTo(graced, NextState(graced, utcNow));
        }

        while (moves > 0 && Scheduled.First is { } waiting && (Scheduled.IsFirstLost || waiting.Due <= utcNow))
        {
            moves--;
            waiting.Since = Scheduled.IsFirstLost ? waiting.Seen : now;
            MoveTo(waiting, OpenRequestState.Candidate);
        }

        while (moves > 0 && Published.First is { } old && (!WasPublished(old) || old.Since + limits.RepublishAfter <= now))
        {
            moves--;
            MoveTo(old, NextState(old, utcNow));
        }
    }

    /// <summary>In what time <see cref="Advance"/> may have something to move; null when nothing waits for a time.</summary>
    public TimeSpan? DueIn(CatchUpLimits limits, TimeSpan now, DateTimeOffset utcNow)
    {
        TimeSpan? graced = InGrace.First is { } first ? WasForgotten(first) ? TimeSpan.Zero : first.Seen + limits.Grace - now : null;
        TimeSpan? old = Published.First is { } oldest
            ? !WasPublished(oldest) ? TimeSpan.Zero : oldest.Since + limits.RepublishAfter - now
            : null;
        var due = old is null || graced < old ? graced : old;
        if (Scheduled.First?.Due - utcNow is { } onTheWall)
        {
            onTheWall = Scheduled.IsFirstLost ? TimeSpan.Zero : onTheWall < LongestOnTheWall ? onTheWall : LongestOnTheWall;
            due = due < onTheWall ? due : onTheWall;
        }

        return due < TimeSpan.Zero ? TimeSpan.Zero : due;
    }

    /// <summary>The candidates, by action and by whether they are older than this process, with what is known about the messages of their queues.</summary>
    public IReadOnlyList<CandidateCounts> CountCandidates(CatchUpLimits limits) =>
    [
        .. from action in Actions
           from isBacklog in BothGroups
           let state = action.Value
           let candidates = state.Group(isBacklog)
           where candidates.Waiting > 0
           select new CandidateCounts(
               action.Key,
               isBacklog,
               candidates.Open,
               state.Known(isBacklog),
               candidates.Candidates.First?.Since ?? TimeSpan.MaxValue,
               // With a grace of zero webhooks publish nothing, and catch-up publishes each new request: no worker holds its message.
               isBacklog || limits.Grace > TimeSpan.Zero ? state.Answers.Longest : null,
               HasBeyond: candidates.Unsettled > 0),
    ];

    /// <summary>Hands out candidates of a group up to an age: those beyond the limit first, or only the kept ones.</summary>
    public IReadOnlyList<OpenRequest> Take(CandidateCounts which, int most, TimeSpan notAfter, bool onlyKept)
    {
        var group = GroupOf(which);
        var taken = new List<OpenRequest>();
        while (taken.Count < most
            && ((onlyKept ? null : group.Beyond.First) ?? group.Candidates.First) is { } request
            && request.Since <= notAfter)
        {
            MoveTo(request, OpenRequestState.Taken);
            request.IsFromCatchUp = true;
            taken.Add(request);
        }

        return taken;
    }

    /// <summary>Leaves the candidates of a group that are beyond the limit to the next scan.</summary>
    public void SkipBeyond(CandidateCounts which)
    {
        var group = GroupOf(which);
        while (group.Beyond.First is { } request)
        {
            MoveTo(request, OpenRequestState.Closed);
            group.SkippedBeyond++;
        }
    }

    private OpenRequestState NextState(OpenRequest request, DateTimeOffset utcNow) =>
        request.Due > utcNow && (request.IsScheduled || WasPublished(request)) ? OpenRequestState.Scheduled : OpenRequestState.Candidate;

    private void Place(OpenRequest request, OpenRequestState state)
    {
        var isBack = request.State is OpenRequestState.Taken;
        request.State = state;
        if ((state is OpenRequestState.Published or OpenRequestState.Closed) && IsUrgentStill(request))
        {
            Urgent--;
        }

        var action = StateOf(request.Action);
        var group = action.Group(request.IsBacklog);
        switch (state)
        {
            case OpenRequestState.InGrace:
                InGrace.AddLast(request);
                break;
            case OpenRequestState.Scheduled:
                Scheduled.Add(request);
                action.Scheduled += HasMessage(request) ? 1 : 0;
                break;
            case OpenRequestState.Candidate:
                var list = group.ListOf(request);
                request.IsFromCatchUp = false;
                if (isBack)
                {
                    // It was not published after all, and goes back to where it was.
                    list.AddFirst(request);
                }
                else
                {
                    list.AddLast(request);
                }

                break;
            case OpenRequestState.Taken:
                group.Taken++;
                group.TakenBeyond += request.IsBeyondLimit ? 1 : 0;
                break;
            case OpenRequestState.Published:
                request.PublishedEpoch = Epoch;
                Published.AddLast(request);
                action.Published += request.IsUnanswerable ? 0 : 1;
                break;
            case OpenRequestState.Closed:
                unscheduled -= request.Due is null ? 1 : 0;
                request.Batch.Unscheduled -= request.IsScheduled ? 0 : 1;
                break;
        }
    }

    private CandidateGroup GroupOf(CandidateCounts which) => StateOf(which.Action).Group(which.IsBacklog);

    private bool IsUrgentStill(OpenRequest request) =>
        request.Due is null && !WasPublished(request) && (WasForgotten(request) || request.Batch.IsUrgent);

    private bool HasMessage(OpenRequest request) => WasPublished(request) && !request.IsUnanswerable;
}
