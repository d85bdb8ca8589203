using OfflineActions.Contracts;


namespace OfflineActions.Operator.DeadLetters;

/// <summary>Which dead letters are meant. What is null or empty does not narrow it.</summary>
internal sealed record Selection
{
    /// <summary>The ids of messages.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>A document's id.</summary>
    public string? Document { get; init; }

    /// <summary>A reason's code, or a part of its text.</summary>
    public string? Reason { get; init; }

    /// <summary>Given up longer ago than this.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Given up less long ago than this.</summary>
    public TimeSpan? NewerThan { get; init; }

    /// <summary>One of the two queues.</summary>
    public DeadLetterQueue? Ending { get; init; }

    /// <summary>The queues to look into.</summary>
    public IEnumerable<(ActionContract Action, DeadLetterQueue Ending)> Queues =>
        from action in ActionCatalog.Default.Actions
        from ending in Enum.GetValues<DeadLetterQueue>()
        where Ending is null || Ending == ending
        select (action, ending);

    /// <summary>Whether <paramref name="letter"/> is meant. One without a time is neither old nor new.</summary>
    public bool Includes(DeadLetter letter, DateTimeOffset now) =>
        (Ids.Count == 0 || Ids.Contains(letter.Id, StringComparer.OrdinalIgnoreCase))
        && (Document is null || letter.Reference?.DocumentId == Document)
        && (Reason is null || HasReason(letter, Reason))
        && (OlderThan is null || now - letter.Since > OlderThan)
        && (NewerThan is null || now - letter.Since < NewerThan);

    private static bool HasReason(DeadLetter letter, string reason) =>
        letter.Code == reason || letter.Text?.Contains(reason, StringComparison.OrdinalIgnoreCase) is true;
}
