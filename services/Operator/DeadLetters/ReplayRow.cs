namespace OfflineActions.Operator.DeadLetters;

/// <summary>One replayed dead letter.</summary>
/// <param name="Letter">Which.</param>
/// <param name="Outcome">What became of it, or would have.</param>
/// <param name="Detail">Why, where that is not plain.</param>
/// <param name="DryRun">Whether nothing was done.</param>
internal sealed record ReplayRow(DeadLetterRow Letter, ReplayOutcome Outcome, string? Detail, bool DryRun)
{
    public string Sentence()
    {
        var what = Outcome switch
        {
            ReplayOutcome.Republished => DryRun ? "would be republished" : "republished",
            ReplayOutcome.Reopened => DryRun ? "document would ask again" : "document asks again",
            ReplayOutcome.Obsolete => DryRun ? "obsolete, would be removed" : "obsolete, removed",
            ReplayOutcome.Conflict or ReplayOutcome.Missing => "left alone",
            ReplayOutcome.Refused => "refused",
            _ => "unreadable, left alone",
        };
        return $"{Letter.Id}  {Letter.Document ?? "-"}  {Letter.Revision ?? "-"}  {what}{(Detail is null ? "" : $": {Detail}")}";
    }
}
