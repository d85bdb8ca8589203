using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>One document: its tree and its place in the changes feed. Read and written under its own lock.</summary>
internal sealed class StoredDocument(string id, DocumentStore store) : RevisionTree
{
    public string Id { get; } = id;

    /// <summary>The collection it is in.</summary>
    public DocumentStore Store { get; } = store;

    // Not an object of its own: there may be a million documents.
    public RevisionTree Tree => this;

    /// <summary>Where the changes feed lists it; 0 before its first revision.</summary>
    public long Sequence { get; set; }

    /// <summary>When it turns into a tombstone, in Unix seconds; 0 for never.</summary>
    public long Expires { get; set; }

    /// <summary>Its channels; null while it has never been in one.</summary>
    public ChannelMap? Channels { get; set; }

    /// <summary>How many revisions were accepted since the start.</summary>
    public int Writes { get; set; }

    /// <summary>Becomes what it was before its first revision.</summary>
    public void Forget()
    {
        Clear();
        (Sequence, Expires, Channels) = (0, 0, null);
    }
}

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
