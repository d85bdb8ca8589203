namespace OfflineActions.Emulators.Store;

/// <summary>What the changes feed shows of a document to one reader.</summary>
/// <param name="Snapshot">The document as it is now.</param>
/// <param name="Revision">The revision to tell: the winner, or the one by which it left the reader's channels.</param>
/// <param name="Deleted">Whether that is a tombstone.</param>
/// <param name="Removed">The reader's channels that it left, when it is in none of them any more.</param>
internal sealed record FeedRow(DocumentSnapshot Snapshot, RevisionId Revision, bool Deleted, IReadOnlyList<string>? Removed);
