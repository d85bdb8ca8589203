namespace OfflineActions.SyncGateway;

/// <summary>From where the changes feed is read, and how much of it at once.</summary>
public sealed record ChangesQuery
{
    /// <summary>Where the last answer ended (its <see cref="ChangesOutcome.Batch.Last"/>); <c>0</c> for the beginning. Opaque.</summary>
    public required string Since { get; init; }

    /// <summary>The most rows one answer may have, 1 or more.</summary>
    public required int Limit { get; init; }

    /// <summary>How long Sync Gateway may wait for a first change.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary>Whether rows carry their documents.</summary>
    public bool WithDocuments { get; init; } = true;

    /// <summary>The one channel to read; null for all that the user may see.</summary>
    public string? Channel { get; init; }
}
