namespace OfflineActions.Emulators.Store;

/// <summary>Takes snapshots of documents for readers.</summary>
internal static class DocumentReader
{
    /// <summary>The winner, or the revision asked for; null when there is no such revision.</summary>
    public static DocumentSnapshot? Read(this StoredDocument document, RevisionId? revision = null, bool history = false)
    {
        lock (document)
        {
            var found = revision is { } id ? document.Tree.Find(id) : document.Tree.Winner;
            return found is null ? null : Snapshot(document, found, history ? [.. found.History().Select(one => one.Id)] : [], []);
        }
    }

    /// <summary>The winner and the ids of all leaves, for the changes feed.</summary>
    public static DocumentSnapshot? ReadLeaves(this StoredDocument document)
    {
        lock (document)
        {
            return document.Tree.Winner is { } winner
                ? Snapshot(document, winner, [], [.. document.Tree.Leaves.Select(one => one.Id)])
                : null;
        }
    }

    private static DocumentSnapshot Snapshot(
        StoredDocument document, Revision revision, IReadOnlyList<RevisionId> history, IReadOnlyList<RevisionId> leaves) =>
        new(
            document.Id,
            revision.Id,
            revision.Deleted,
            revision.Body,
            revision.Attachments,
            document.Expires,
            document.Sequence,
            revision.Outcome,
            history,
            leaves);
}
