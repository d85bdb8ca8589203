namespace OfflineActions.Operator.DeadLetters;

/// <summary>Selects dead letters. A criterion that is null or empty selects all.</summary>
internal sealed record Selection
{
    /// <summary>The queues to look into.</summary>
    public required IReadOnlyList<DeadLetterQueue> Queues { get; init; }

    /// <summary>How many messages of each queue to look at, the oldest first.</summary>
    public required int Limit { get; init; }

    /// <summary>Message ids.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>A document id.</summary>
    public string? Document { get; init; }

    /// <summary>A failure code, or a part of the failure's text.</summary>
    public string? Reason { get; init; }

    /// <summary>Failed longer ago than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Failed more recently than this.</summary>
    public TimeSpan? NewerThan { get; init; }

    /// <summary>Whether <paramref name="letter"/> is selected. A letter without a time is neither older nor newer.</summary>
    public bool Includes(DeadLetter letter, DateTimeOffset now) =>
        (Ids.Count == 0 || Ids.Contains(letter.Id, StringComparer.OrdinalIgnoreCase))
        && (Document is null || letter.Request?.DocumentId == Document)
        && (Reason is null || HasReason(letter, Reason))
        && (OlderThan is null || now - letter.Since > OlderThan)
        && (NewerThan is null || now - letter.Since < NewerThan);

    private static bool HasReason(DeadLetter letter, string reason) =>
        letter.Code == reason || letter.Message.FaultMessage?.Contains(reason, StringComparison.OrdinalIgnoreCase) is true;
}
