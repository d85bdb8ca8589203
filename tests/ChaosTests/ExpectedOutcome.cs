namespace OfflineActions.Tests.Chaos;

/// <summary>The expected final state of a document.</summary>
/// <param name="State">Its <c>action</c>.</param>
/// <param name="Revisions">The allowed range of its last revision number.</param>
internal sealed record ExpectedOutcome(string State, (int Min, int Max) Revisions)
{
    /// <summary>Success, with one new revision.</summary>
    public static ExpectedOutcome Done { get; } = new("person_success", (2, 2));

    /// <summary>Failure, with one new revision.</summary>
    public static ExpectedOutcome Failed { get; } = new("person_failure", (2, 2));

    /// <summary>Deleted: not read.</summary>
    public static ExpectedOutcome Deleted { get; } = new("", (0, int.MaxValue));

    public bool Matches(string state, int revision) => state == State && revision >= Revisions.Min && revision <= Revisions.Max;
}
