using System.Text.Json;
using System.Text.Json.Serialization;
using OfflineActions.Operator.Output;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Jobs;

/// <summary>What a job does.</summary>
internal enum JobKind
{
    Replay,
    Discard,
    Reconcile,
    Publish,
}

internal enum JobState
{
    Waiting,
    Running,
    Done,
    Stopped,
    Failed,
}

/// <summary>Something that takes a while: a replay, a discard, or a search for open requests. Any thread may use it.</summary>
internal sealed class Job(JobKind kind, bool isDryRun, string user, string selection, int? total, DateTimeOffset startedAt)
    : IDisposable
{
    /// <summary>How many results are kept; all are counted.</summary>
    public const int MaxRows = 1_000;

    /// <summary>How much of discarded messages is kept for download, as text.</summary>
    private const int MaxKept = 16 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, int> outcomes = new(StringComparer.Ordinal);
    private readonly List<JobRow> rows = [];
    private readonly List<string> kept = [];
    private readonly List<string> notes = [];
    private readonly CancellationTokenSource stop = new();
    private int keptLength;
    private int done;
    private JobState state = JobState.Waiting;
    private DateTimeOffset? endedAt;

    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    public JobKind Kind => kind;

    /// <summary>Fires when somebody stops it.</summary>
    public CancellationToken Stopped => stop.Token;

    public bool IsEnded
    {
        get
        {
            lock (gate)
            {
                return endedAt is not null;
            }
        }
    }

    /// <summary>Asks it to stop, if it has not ended.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (endedAt is null)
            {
                _ = stop.CancelAsync();
            }
        }
    }

    /// <summary>It waits no longer for another job that works on the same queues.</summary>
    public void Start()
    {
        lock (gate)
        {
            state = JobState.Running;
        }
    }

    /// <summary>Counts one result.</summary>
    public void Add(JobRow row)
    {
        lock (gate)
        {
            done++;
            outcomes[row.Outcome] = outcomes.GetValueOrDefault(row.Outcome) + 1;
            if (rows.Count < MaxRows)
            {
                rows.Add(row);
            }
        }
    }

    public void AddNote(string sentence)
    {
        lock (gate)
        {
            notes.Add(sentence);
        }
    }

    /// <summary>Keeps a complete message, so that it can be downloaded after it was removed.</summary>
    /// <returns>False when there is no more room.</returns>
    public bool TryKeep<T>(T message)
    {
        var text = JsonSerializer.Serialize(message, Report.Compact);
        lock (gate)
        {
            if (keptLength + text.Length > MaxKept)
            {
                return false;
            }

            keptLength += text.Length;
            kept.Add(text);
            return true;
        }
    }

    public void End(JobState how, DateTimeOffset at, string? note = null)
    {
        lock (gate)
        {
            (state, endedAt) = (how, at);
            if (note is not null)
            {
                notes.Add(note);
            }
        }
    }

    /// <summary>Nobody stops it any more: it has ended.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stop.Dispose();
        }
    }

    /// <summary>Gives up what it has kept, to make room for newer jobs.</summary>
    /// <returns>How many characters that were.</returns>
    public int DropKept()
    {
        lock (gate)
        {
            var length = keptLength;
            if (length > 0)
            {
                notes.Add($"{Words.Count(kept.Count, "complete message")} can no longer be downloaded: later jobs needed the room.");
                kept.Clear();
                keptLength = 0;
            }

            return length;
        }
    }

    /// <summary>How many characters it has kept.</summary>
    public int KeptLength
    {
        get
        {
            lock (gate)
            {
                return keptLength;
            }
        }
    }

    /// <summary>The complete messages that it has kept, one JSON object each.</summary>
    public IReadOnlyList<string> ReadKept()
    {
        lock (gate)
        {
            return [.. kept];
        }
    }

    public JobView Read()
    {
        lock (gate)
        {
            return new JobView(
                Id, kind, state, isDryRun, user, selection, total, done, new Dictionary<string, int>(outcomes), [.. notes], [.. rows],
                kept.Count, startedAt, endedAt);
        }
    }
}

/// <summary>One result of a job.</summary>
/// <param name="Id">The message's id; null when it has none.</param>
/// <param name="Keyspace">The document's keyspace.</param>
/// <param name="Document">The document's id.</param>
/// <param name="Outcome">One word, for example <c>reopened</c>.</param>
/// <param name="Words">The same in words, and why.</param>
internal sealed record JobRow(string? Id, string? Keyspace, string? Document, string Outcome, string Words);

/// <summary>A job at one time.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it does.</param>
/// <param name="State">How far it is.</param>
/// <param name="DryRun">Whether it only says what would be done.</param>
/// <param name="User">Who started it.</param>
/// <param name="Selection">What it works on, in words.</param>
/// <param name="Total">How many results there will be; null when unknown.</param>
/// <param name="Done">How many there are.</param>
/// <param name="Outcomes">How many of each kind.</param>
/// <param name="Notes">What else there is to say.</param>
/// <param name="Rows">The first results.</param>
/// <param name="Kept">How many complete messages can be downloaded.</param>
/// <param name="StartedAt">When it was started, in UTC.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
internal sealed record JobView(
    string Id,
    JobKind Kind,
    JobState State,
    bool DryRun,
    string User,
    string Selection,
    int? Total,
    int Done,
    IReadOnlyDictionary<string, int> Outcomes,
    IReadOnlyList<string> Notes,
    IReadOnlyList<JobRow> Rows,
    int Kept,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Whether it still has something to do.</summary>
    [JsonIgnore]
    public bool IsRunning => EndedAt is null;

    /// <summary>What has come out, in one line: <c>3 reopened, 1 conflict</c>.</summary>
    [JsonIgnore]
    public string Summary => Outcomes.Count == 0 ? "nothing" : string.Join(", ", Outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"));
}
