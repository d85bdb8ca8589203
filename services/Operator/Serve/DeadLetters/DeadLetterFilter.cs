using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.Options;

namespace OfflineActions.Operator.Serve.DeadLetters;

/// <summary>Which dead letters somebody wants to see or to work on. A criterion that is null or empty selects all.</summary>
/// <param name="Action">An action, for example <c>person</c>.</param>
/// <param name="Queue"><c>error</c> or <c>skipped</c>.</param>
/// <param name="Document">A document id.</param>
/// <param name="Reason">A failure code, or a part of the failure's text.</param>
/// <param name="OlderThan">Failed longer ago than this: <c>90s</c>, <c>10m</c>, <c>24h</c>, <c>7d</c>.</param>
/// <param name="NewerThan">Failed more recently than this.</param>
internal sealed record DeadLetterFilter(
    string? Action = null, string? Queue = null, string? Document = null, string? Reason = null, string? OlderThan = null, string? NewerThan = null)
{
    /// <summary>Whether it selects everything.</summary>
    public bool IsEmpty => Parts().All(part => part.Value is null);

    /// <summary>What is wrong with it, each in a sentence.</summary>
    public IEnumerable<string> FindErrors(DeadLetterStore store)
    {
        if (Clean(Action) is { } action && store.FindQueues(action, null).Count == 0)
        {
            yield return $"There is no action '{action}'.";
        }

        if (Clean(Queue) is not (null or DeadLetterQueue.ErrorKind or DeadLetterQueue.SkippedKind))
        {
            yield return $"queue must be {DeadLetterQueue.ErrorKind} or {DeadLetterQueue.SkippedKind}.";
        }

        foreach (var (name, value) in new[] { ("olderThan", Clean(OlderThan)), ("newerThan", Clean(NewerThan)) })
        {
            if (value is not null && DurationOption.Parse(value) is null)
            {
                yield return $"{name} must be a whole number and a unit: 90s, 10m, 24h, 7d.";
            }
        }
    }

    /// <summary>The same for a scan of the queues. The filter has no errors.</summary>
    public Selection ToSelection(DeadLetterStore store, IEnumerable<string> ids) => new()
    {
        Queues = store.FindQueues(Clean(Action), Clean(Queue)),
        Limit = DeadLetterStore.Limit,
        Ids = Selection.CreateIds(ids),
        Document = Clean(Document),
        Reason = Clean(Reason),
        OlderThan = Clean(OlderThan) is { } older ? DurationOption.Parse(older) : null,
        NewerThan = Clean(NewerThan) is { } newer ? DurationOption.Parse(newer) : null,
    };

    /// <summary>The rows that it selects.</summary>
    public IReadOnlyList<DeadLetterRow> Apply(DeadLetterList list, DeadLetterStore store, DateTimeOffset now)
    {
        var selection = ToSelection(store, []);
        var queues = selection.Queues.Select(queue => queue.Name).ToHashSet(StringComparer.Ordinal);
        return [.. list.Rows.Where(row => queues.Contains(row.Queue) && selection.Includes(row, now))];
    }

    /// <summary>In words: <c>reason swapi_unavailable, older than 10m</c>.</summary>
    public override string ToString() =>
        IsEmpty ? "all" : string.Join(", ", Parts().Where(part => part.Value is not null).Select(part => $"{part.Label} {part.Value}"));

    /// <summary>Each criterion: its name in a query, its name for people, and its value.</summary>
    public IEnumerable<(string Name, string Label, string? Value)> Parts() =>
    [
        ("action", "action", Clean(Action)),
        ("queue", "queue", Clean(Queue)),
        ("document", "document", Clean(Document)),
        ("reason", "reason", Clean(Reason)),
        ("olderThan", "older than", Clean(OlderThan)),
        ("newerThan", "newer than", Clean(NewerThan)),
    ];

    private static string? Clean(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
