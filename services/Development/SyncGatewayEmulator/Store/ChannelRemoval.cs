namespace OfflineActions.Emulators.Store;

/// <summary>How a document left a channel.</summary>
/// <param name="Sequence">When.</param>
/// <param name="Revision">By which revision.</param>
/// <param name="Deleted">Whether that was a tombstone.</param>
internal sealed record ChannelRemoval(long Sequence, RevisionId Revision, bool Deleted);
