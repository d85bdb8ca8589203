namespace OfflineActions.Contracts;

/// <summary>
/// What a gateway or a worker says about itself every few seconds. The message is not persistent and waits in no queue: who does not listen
/// misses it. No work depends on it.
/// </summary>
public sealed record ServicePresence
{
    /// <summary>The fanout exchange of these messages.</summary>
    public const string Exchange = "offline-actions-presence";

    /// <summary>What it is: <c>gateway</c> or <c>worker</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Identifies the process; new at each start.</summary>
    public required string Id { get; init; }

    /// <summary>The machine or container that it runs on.</summary>
    public required string Machine { get; init; }

    /// <summary>Its process id there.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Since when it runs, in UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>After how many seconds the next message follows. Who misses several may take the process for dead.</summary>
    public required double EverySeconds { get; init; }

    /// <summary>Whether this is its last message, because it stops.</summary>
    public bool IsStopping { get; init; }

    /// <summary>The actions that a worker performs; empty for a gateway.</summary>
    public IReadOnlyList<ActionPresence> Actions { get; init; } = [];

    /// <summary>The keyspaces that a gateway looks after; empty for a worker.</summary>
    public IReadOnlyList<KeyspacePresence> Keyspaces { get; init; } = [];
}

/// <summary>What a worker does for one action.</summary>
/// <param name="Action">The action's name, for example <c>person</c>.</param>
/// <param name="Running">How many messages it holds now.</param>
/// <param name="Limit">How many messages it holds at most.</param>
/// <param name="Oldest">Those that it has held longest; not all of them when there are many.</param>
/// <param name="PausedUntil">Until when its circuit breaker lets nothing through, in UTC; null when it is closed.</param>
/// <param name="LastResultAt">When an attempt ended with a result last, in UTC; null when none has.</param>
/// <param name="LastTrouble">The last attempt that did not end in a result; null when there was none.</param>
public sealed record ActionPresence(
    string Action,
    int Running,
    int Limit,
    IReadOnlyList<RunningRequest> Oldest,
    DateTimeOffset? PausedUntil,
    DateTimeOffset? LastResultAt,
    AttemptTrouble? LastTrouble)
{
    /// <summary>Who paused the action, since when and why, while this worker takes no messages because of that; else null.</summary>
    public ActionPause? Pause { get; init; }

    /// <summary>The requests that this worker has answered in the last minutes; null from an older version, which does not say.</summary>
    public RecentResults? Recent { get; init; }

    /// <summary>
    /// While its circuit breaker tries after a pause whether attempts succeed again: how many it lets through at the same time; else null.
    /// </summary>
    public int? HalfOpenLimit { get; init; }
}

/// <summary>The requests that a worker has answered in the last minutes, with a result or with a failure for good.</summary>
/// <param name="DoneInMinute">How many results it wrote in the last minute.</param>
/// <param name="FailedInMinute">How many requests failed for good in the last minute.</param>
/// <param name="FirstBucket">The number of the bucket that <paramref name="Durations"/> begins with.</param>
/// <param name="Durations">
/// How long the requests of the last five minutes took from when the gateway first saw them, or their later <c>notBefore</c>, as counts in
/// <see cref="DurationBuckets"/>, from the first bucket to the last that is not empty.
/// </param>
public sealed record RecentResults(long DoneInMinute, long FailedInMinute, int FirstBucket, IReadOnlyList<long> Durations);

/// <summary>A request that a worker holds now.</summary>
/// <param name="Keyspace">The document's keyspace.</param>
/// <param name="DocumentId">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that is the request.</param>
/// <param name="Seconds">For how many seconds.</param>
public sealed record RunningRequest(string Keyspace, string DocumentId, string Revision, double Seconds);

/// <summary>An attempt that did not end in a result.</summary>
/// <param name="At">When, in UTC.</param>
/// <param name="Reason">A sentence for an operator.</param>
/// <param name="Count">How many such attempts there were since the process started.</param>
public sealed record AttemptTrouble(DateTimeOffset At, string Reason, long Count);

/// <summary>What a gateway does for one keyspace.</summary>
/// <param name="Keyspace">The keyspace.</param>
/// <param name="IsFollowing">Whether this gateway reads its changes feed. Of several gateways one does.</param>
/// <param name="Problem">Why catch-up does not work; null while it does.</param>
/// <param name="Open">How many requests are open as far as the feed has been read; null when this gateway does not follow it.</param>
/// <param name="LagSeconds">Since how many seconds the oldest request has been known that has no message; 0 when there is none.</param>
/// <param name="OpenByAge">The open requests by the time since this gateway first saw them, the youngest first.</param>
public sealed record KeyspacePresence(
    string Keyspace, bool IsFollowing, string? Problem, int? Open, double? LagSeconds, IReadOnlyList<OpenByAge> OpenByAge);

/// <summary>How many requests are open for some time.</summary>
/// <param name="BelowSeconds">For less than this many seconds; null for any longer time.</param>
/// <param name="Count">How many.</param>
public sealed record OpenByAge(double? BelowSeconds, int Count);
