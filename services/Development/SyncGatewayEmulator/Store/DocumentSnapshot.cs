namespace OfflineActions.Emulators.Store;

/// <summary>One revision as a reader sees it.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Revision">The revision's id.</param>
/// <param name="Deleted">Whether it is a tombstone.</param>
/// <param name="Body">The user's members in canonical spelling; null when forgotten.</param>
/// <param name="Attachments">Sorted by name.</param>
/// <param name="Expires">The document's expiry in Unix seconds; 0 for never.</param>
/// <param name="Sequence">The document's sequence at that moment.</param>
/// <param name="Outcome">What the sync function said of the revision.</param>
/// <param name="History">The revision and its ancestors, newest first; empty unless asked for.</param>
/// <param name="Leaves">The ends of all branches, the winner first; empty unless asked for.</param>
internal sealed record DocumentSnapshot(
    string Id,
    RevisionId Revision,
    bool Deleted,
    byte[]? Body,
    IReadOnlyList<Attachment> Attachments,
    long Expires,
    long Sequence,
    SyncOutcome Outcome,
    IReadOnlyList<RevisionId> History,
    IReadOnlyList<RevisionId> Leaves);
