namespace OfflineActions.Emulators.Store;

/// <summary>
/// What a webhook tells about one accepted write. It holds the bodies: by the time it is sent the store may have forgotten them.
/// </summary>
/// <param name="Id">The document's id.</param>
/// <param name="Winner">The revision that wins after the write; not always the written one.</param>
/// <param name="Deleted">Whether the winner is a tombstone.</param>
/// <param name="Body">The winner's body.</param>
/// <param name="Attachments">The winner's attachments.</param>
/// <param name="OldBody">The body of the written revision's parent; null for a first revision.</param>
internal sealed record DocumentChange(
    string Id, RevisionId Winner, bool Deleted, byte[] Body, IReadOnlyList<Attachment> Attachments, byte[]? OldBody);
