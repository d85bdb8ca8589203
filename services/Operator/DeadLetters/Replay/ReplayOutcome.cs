using System.Text.Json.Serialization;

namespace OfflineActions.Operator.DeadLetters.Replay;

/// <summary>The outcome of replaying one dead letter.</summary>
internal enum ReplayOutcome
{
    /// <summary>The message is in the work queue again. The dead letter is removed.</summary>
    Republished,

    /// <summary>The document is a request again. The dead letter is removed.</summary>
    Reopened,

    /// <summary>Nothing is left to do. The dead letter is removed.</summary>
    Obsolete,

    /// <summary>The document was written at the same time. The dead letter stays.</summary>
    Conflict,

    /// <summary>Sync Gateway refuses the read or the write. The dead letter stays.</summary>
    Refused,

    /// <summary>The document never existed. The dead letter stays.</summary>
    Missing,

    /// <summary>It is no message of its action. The dead letter stays.</summary>
    Unreadable,
}

internal static class ReplayOutcomes
{
    /// <summary>The outcome in one word, for counting.</summary>
    public static string ToWord(this ReplayOutcome outcome) => outcome switch
    {
        ReplayOutcome.Republished => "republished",
        ReplayOutcome.Reopened => "reopened",
        ReplayOutcome.Obsolete => "obsolete",
        ReplayOutcome.Conflict => "conflict",
        ReplayOutcome.Refused => "refused",
        ReplayOutcome.Missing => "missing",
        _ => "unreadable",
    };
}

/// <summary>One replayed dead letter.</summary>
/// <param name="Letter">The dead letter.</param>
/// <param name="Outcome">The outcome; in a dry run the expected one.</param>
/// <param name="Detail">Why; null when the outcome says everything.</param>
/// <param name="DryRun">Whether nothing was done.</param>
internal sealed record ReplayRow(DeadLetterRow Letter, ReplayOutcome Outcome, string? Detail, bool DryRun)
{
    /// <summary>Whether nothing is left to do for the letter, so that it is removed.</summary>
    [JsonIgnore]
    public bool IsDone => Outcome is ReplayOutcome.Republished or ReplayOutcome.Reopened or ReplayOutcome.Obsolete;

    public string ToSentence() => $"{Letter.Id}  {Letter.Document ?? "-"}  {Letter.Revision ?? "-"}  {Describe()}";

    /// <summary>The outcome in words, and why.</summary>
    public string Describe()
    {
        var outcome = Outcome switch
        {
            ReplayOutcome.Republished => DryRun ? "would be republished" : "republished",
            ReplayOutcome.Reopened => DryRun ? "document would become a request again" : "document is a request again",
            ReplayOutcome.Obsolete => DryRun ? "obsolete, would be removed" : "obsolete, removed",
            ReplayOutcome.Conflict or ReplayOutcome.Missing => "not replayed",
            ReplayOutcome.Refused => "refused",
            _ => "unreadable, not replayed",
        };
        return $"{outcome}{(Detail is null ? "" : $": {Detail}")}";
    }
}
