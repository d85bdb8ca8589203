namespace OfflineActions.Operator.DeadLetters;

/// <summary>Selects dead letters. A criterion that is null or empty selects all.</summary>
internal sealed record Selection
{
    /// <summary>The queues to look into.</summary>
    public required IReadOnlyList<DeadLetterQueue> Queues { get; init; }

    /// <summary>How many messages of each queue to look at, the oldest first.</summary>
    public required int Limit { get; init; }

    /// <summary>Message ids, in any case.</summary>
    public IReadOnlySet<string> Ids { get; init; } = CreateIds([]);

    /// <summary>A document id.</summary>
    public string? Document { get; init; }

    /// <summary>A failure code, or a part of the failure's text.</summary>
    public string? Reason { get; init; }

    /// <summary>Failed longer ago than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Failed more recently than this.</summary>
    public TimeSpan? NewerThan { get; init; }

    /// <summary>A set of message ids for <see cref="Ids"/>.</summary>
    public static IReadOnlySet<string> CreateIds(IEnumerable<string> ids) => ids.ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether <paramref name="letter"/> is selected. A letter without a time is neither older nor newer.</summary>
    public bool Includes(DeadLetterRow letter, DateTimeOffset now) =>
        (Ids.Count == 0 || Ids.Contains(letter.Id))
        && (Document is null || letter.Document == Document)
        && (Reason is null || HasReason(letter, Reason))
        && (OlderThan is null || now - letter.Since > OlderThan)
        && (NewerThan is null || now - letter.Since < NewerThan);

    private static bool HasReason(DeadLetterRow letter, string reason) =>
        letter.Reason == reason || letter.Text?.Contains(reason, StringComparison.OrdinalIgnoreCase) is true;
}
