namespace OfflineActions.Gateway.CatchUp;

/// <summary>The open requests of one action, as far as publishing them is concerned.</summary>
internal sealed class ActionState
{
    /// <summary>Requests that were open before this process followed the keyspace: their messages may be in the queues.</summary>
    public CandidateGroup Backlog { get; } = new();

    /// <summary>Requests that came later: only another gateway that received their webhooks can have published them.</summary>
    public CandidateGroup New { get; } = new();

    /// <summary>How long workers take.</summary>
    public AnswerTimes Answers { get; } = new();

    public int Published { get; set; }

    /// <summary>Requests that wait for their <c>notBefore</c> and that this process has published: their messages wait, too.</summary>
    public int Scheduled { get; set; }

    /// <summary>Requests beyond the limit that this process has published.</summary>
    public int KnownBeyond { get; set; }

    public CandidateGroup Group(bool isBacklog) => isBacklog ? Backlog : New;

    /// <summary>
    /// How many messages have an explanation other than the candidates of a group. Too few only delays what has no message; too many would
    /// publish again what has one. So requests that may have been answered meanwhile, or never had a message, are left out.
    /// </summary>
    public long Known(bool isBacklog) => Published + Scheduled + KnownBeyond + (isBacklog ? 0 : Backlog.Waiting);
}

/// <summary>Candidates of one action: those older than this process, or those that came later.</summary>
internal sealed class CandidateGroup
{
    public IntrusiveList<OpenRequest> Candidates { get; } = new();

    /// <summary>Candidates beyond the limit. Reading waits until each is published or skipped.</summary>
    public IntrusiveList<OpenRequest> Beyond { get; } = new();

    public int Taken { get; set; }

    public int TakenBeyond { get; set; }

    /// <summary>Requests beyond the limit that were left to the next scan.</summary>
    public int SkippedBeyond { get; set; }

    public int Waiting => Candidates.Count + Beyond.Count + Taken;

    public int Unsettled => Beyond.Count + TakenBeyond;

    public int Open => Waiting + SkippedBeyond;

    public IntrusiveList<OpenRequest> ListOf(OpenRequest request) => request.IsBeyondLimit ? Beyond : Candidates;
}
