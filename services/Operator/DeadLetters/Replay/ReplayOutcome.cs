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

/// <summary>One replayed dead letter.</summary>
/// <param name="Letter">The dead letter.</param>
/// <param name="Outcome">The outcome; in a dry run the expected one.</param>
/// <param name="Detail">Why; null when the outcome says everything.</param>
/// <param name="DryRun">Whether nothing was done.</param>
internal sealed record ReplayRow(DeadLetterRow Letter, ReplayOutcome Outcome, string? Detail, bool DryRun)
{
    public string ToSentence()
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
        return $"{Letter.Id}  {Letter.Document ?? "-"}  {Letter.Revision ?? "-"}  {outcome}{(Detail is null ? "" : $": {Detail}")}";
    }
}
