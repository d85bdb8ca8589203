namespace OfflineActions.Tests.Chaos;

/// <summary>How a document is to end.</summary>
/// <param name="State">Its <c>action</c>.</param>
/// <param name="Revisions">The number of its last revision, the least and the most that it may be.</param>
internal sealed record Ending(string State, (int Least, int Most) Revisions)
{
    /// <summary>Done, with one new revision.</summary>
    public static Ending Done { get; } = new("person_success", (2, 2));

    /// <summary>Given up, with one new revision.</summary>
    public static Ending GivenUp { get; } = new("person_failure", (2, 2));

    /// <summary>Gone; there is nothing left to be read.</summary>
    public static Ending Deleted { get; } = new("", (0, int.MaxValue));

    public bool Is(string state, int revision) => state == State && revision >= Revisions.Least && revision <= Revisions.Most;
}
