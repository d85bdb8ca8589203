namespace OfflineActions.SyncGateway;

/// <summary>One request for a batch of the changes feed.</summary>
internal sealed record ChangesQuery
{
    /// <summary>Where the last batch ended (its <see cref="ChangesOutcome.Batch.Last"/>); <c>0</c> for the beginning. Opaque.</summary>
    public required string Since { get; init; }

    /// <summary>The maximum number of rows, 1 or more.</summary>
    public required int Limit { get; init; }

    /// <summary>How long Sync Gateway waits for a first change. Zero means for ever.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary>Whether rows carry their documents.</summary>
    public bool WithDocuments { get; init; } = true;

    /// <summary>The only channel to read; null for everything the user may read.</summary>
    public string? Channel { get; init; }
}

/// <summary>One row of the changes feed.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="IsRemoved">The document was deleted, or left the channels that are read.</param>
/// <param name="Document">
/// The document's JSON in UTF-8, with <c>_id</c> and <c>_rev</c>; null when it was not requested, or Sync Gateway no longer
/// has that revision.
/// </param>
internal sealed record ChangesRow(string Id, bool IsRemoved, ReadOnlyMemory<byte>? Document);

/// <summary>How reading a batch of the changes feed ended.</summary>
internal abstract record ChangesOutcome
{
    private ChangesOutcome()
    {
    }

    /// <summary>The changes; no rows when nothing changed in time.</summary>
    /// <param name="Rows">Each document once, at its newest place in this batch; a later batch may repeat it.</param>
    /// <param name="Last">Where the next batch begins. Opaque: do not compare or parse it.</param>
    public sealed record Batch(IReadOnlyList<ChangesRow> Rows, string Last) : ChangesOutcome;

    /// <summary>
    /// The batch exceeds <see cref="SyncGatewayOptions.MaxResponseBytes"/>: request fewer rows, or rows without documents.
    /// </summary>
    /// <param name="Reason">A sentence for an operator.</param>
    public sealed record TooLong(string Reason) : ChangesOutcome;

    /// <summary>The feed cannot be read now.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : ChangesOutcome;
}
