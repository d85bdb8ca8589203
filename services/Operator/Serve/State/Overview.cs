using OfflineActions.Contracts;

namespace OfflineActions.Operator.Serve.State;

/// <summary>The state of the system at one time. What nobody says is null, and never guessed.</summary>
/// <param name="At">When it was read, in UTC.</param>
/// <param name="Parts">Each part of the system, in words.</param>
/// <param name="Actions">Each action.</param>
internal sealed record Overview(DateTimeOffset At, IReadOnlyList<PartState> Parts, IReadOnlyList<ActionOverview> Actions)
{
    /// <summary>Before the first reading.</summary>
    public static Overview Unknown { get; } = new(DateTimeOffset.MinValue, [], []);

    /// <summary>The parts that do not do their work.</summary>
    public IEnumerable<PartState> Troubles => Parts.Where(part => part.Health is Health.Trouble);

    /// <summary>The names of the actions that are paused.</summary>
    public IEnumerable<string> PausedActions => Actions.Where(action => action.Pause is not null).Select(action => action.Action);
}

/// <summary>Whether a part of the system does its work.</summary>
internal enum Health
{
    /// <summary>It does.</summary>
    Fine,

    /// <summary>It does not, or not for all.</summary>
    Trouble,

    /// <summary>It does not, because an operator has paused it.</summary>
    Paused,

    /// <summary>Nobody says.</summary>
    Unknown,
}

/// <summary>One part of the system.</summary>
/// <param name="Name">Its name, for example <c>Sync Gateway</c>.</param>
/// <param name="Health">Whether it does its work.</param>
/// <param name="Words">What is known about it, in a sentence.</param>
/// <param name="Advice">What to do, and what happens meanwhile; null when there is nothing to do.</param>
internal sealed record PartState(string Name, Health Health, string Words, string? Advice = null);

/// <summary>One action.</summary>
/// <param name="Action">Its name, for example <c>person</c>.</param>
/// <param name="Queues">Its queues, in the order in which a message passes them; empty when the broker does not say.</param>
/// <param name="InPerSecond">
/// Messages that came into the work queue, a second, on average over the last minute: new ones, and those that are tried again. Null when
/// unknown.
/// </param>
/// <param name="OutPerSecond">
/// Messages that workers took out of it, a second, on average over the last minute: done, failed or put off. Null when unknown.
/// </param>
/// <param name="Workers">The workers that take its messages; null when unknown.</param>
internal sealed record ActionOverview(
    string Action, IReadOnlyList<QueueOverview> Queues, double? InPerSecond, double? OutPerSecond, uint? Workers)
{
    /// <summary>Who paused the action, since when and why; null when it is not paused, or when that is unknown.</summary>
    public ActionPause? Pause { get; init; }

    /// <summary>What workers have answered lately; null when none says it.</summary>
    public ResultsOverview? Results { get; init; }

    /// <summary>The circuit breaker of each worker that says what it does.</summary>
    public IReadOnlyList<BreakerOverview> Breakers { get; init; } = [];

    /// <summary>Messages that wait for a worker; null when unknown.</summary>
    public uint? Waiting => Sum(QueueKind.Work);

    /// <summary>Messages that wait for their next attempt; null when unknown.</summary>
    public uint? Delayed => Sum(QueueKind.Delay);

    /// <summary>Messages that wait for an operator; null when unknown.</summary>
    public uint? Failed => Sum(QueueKind.Error, QueueKind.Skipped);

    private uint? Sum(params QueueKind[] kinds) => Queues.Count == 0
        ? null
        : (uint)Queues.Where(queue => kinds.Contains(queue.Kind)).Sum(queue => queue.Ready ?? 0);
}

/// <summary>What a queue is for.</summary>
internal enum QueueKind
{
    Work,
    Delay,
    Quarantine,
    Poison,
    Error,
    Skipped,
    Paused,
}

/// <summary>One queue. The numbers are null when they are unknown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Meaning">The same in words.</param>
/// <param name="Exists">Whether it is declared.</param>
/// <param name="Ready">Messages that wait in it.</param>
/// <param name="Held">Messages that consumers hold.</param>
/// <param name="Consumers">Its consumers.</param>
internal sealed record QueueOverview(string Name, QueueKind Kind, string Meaning, bool Exists, uint? Ready, uint? Held, uint? Consumers)
{
    /// <summary>Of a delay queue with messages: when the one that is due first is due, in UTC; null when unknown.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Of a delay queue with messages: within how many seconds all that are in it now are due.</summary>
    public double? AllDueWithinSeconds { get; init; }
}

/// <summary>The numbers of one action at one time, for a chart.</summary>
/// <param name="At">When.</param>
/// <param name="Waiting">Messages that waited for a worker; null when unknown.</param>
/// <param name="Delayed">Messages that waited for their next attempt; null when unknown.</param>
/// <param name="Failed">Messages that waited for an operator; null when unknown.</param>
internal sealed record HistoryPoint(DateTimeOffset At, uint? Waiting, uint? Delayed, uint? Failed)
{
    /// <summary>Results that workers had written in the minute before; null when unknown.</summary>
    public long? DoneInMinute { get; init; }
}
