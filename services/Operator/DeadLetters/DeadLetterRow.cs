namespace OfflineActions.Operator.DeadLetters;

/// <summary>What is said about a dead letter: enough to find it, and nothing of the document but its id.</summary>
internal sealed record DeadLetterRow(
    string Id,
    string Action,
    string? Keyspace,
    string? Document,
    string? Revision,
    DateTimeOffset? RequestedAt,
    string? Reason,
    string? Text,
    DateTimeOffset? Since,
    string Queue)
{
    public static DeadLetterRow Of(DeadLetter letter) => new(
        letter.Id,
        letter.Action.States.Name,
        letter.Reference?.Keyspace,
        letter.Reference?.DocumentId,
        letter.Reference?.Revision,
        letter.Reference?.RequestedAt,
        letter.Code,
        letter.Text,
        letter.Since,
        letter.Queue);
}
