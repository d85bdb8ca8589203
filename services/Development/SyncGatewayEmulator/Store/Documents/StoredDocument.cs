using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>A document with its revision tree, channels and sequence. Guarded by a lock on the object itself.</summary>
internal sealed class StoredDocument(string id, DocumentStore store) : RevisionTree
{
    private readonly ArraySegment<char> packedId = Packed<char>.Keep(id);

    /// <summary>The id. A new text each time: who needs it often keeps it.</summary>
    public string DocumentId => new(IdSpan);

    /// <summary>The id without a new text.</summary>
    public ReadOnlySpan<char> IdSpan => packedId;

    /// <summary>The collection of the document.</summary>
    public DocumentStore Store { get; } = store;

    // The tree is the base class, not a second object.
    public RevisionTree Tree => this;

    /// <summary>The sequence in the changes feed; 0 before the first revision.</summary>
    public long Sequence { get; set; }

    /// <summary>When the document expires and becomes a tombstone, in Unix seconds; 0 for never.</summary>
    public long Expires { get; set; }

    /// <summary>The channels; null when the document was never in a channel.</summary>
    public ChannelMap? Channels { get; set; }

    /// <summary>The number of revisions accepted since the start.</summary>
    public int Writes { get; set; }

    /// <summary>Removes all revisions. Others that are written afterwards are new objects, even the first.</summary>
    public void Forget()
    {
        ForgetBody();
        Clear();
        (Sequence, Expires, Channels) = (0, 0, null);
    }
}

/// <summary>An immutable copy of one revision of a document.</summary>
/// <param name="Id">The id of the document.</param>
/// <param name="Revision">The id of the revision.</param>
/// <param name="Deleted">Whether the revision is a tombstone.</param>
/// <param name="Body">The user's members as canonical JSON; null when the body was dropped.</param>
/// <param name="Attachments">Sorted by name.</param>
/// <param name="Expires">The expiry of the document in Unix seconds; 0 for never.</param>
/// <param name="Sequence">The sequence of the document.</param>
/// <param name="Outcome">The result of the sync function for the revision.</param>
/// <param name="History">The revision and its ancestors, newest first; empty unless requested.</param>
/// <param name="Leaves">The ends of all branches, the winner first; empty unless requested.</param>
internal sealed record DocumentSnapshot(
    string Id,
    RevisionId Revision,
    bool Deleted,
    ReadOnlyMemory<byte>? Body,
    IReadOnlyList<Attachment> Attachments,
    long Expires,
    long Sequence,
    SyncOutcome Outcome,
    IReadOnlyList<RevisionId> History,
    IReadOnlyList<RevisionId> Leaves);

/// <summary>Creates snapshots of documents.</summary>
internal static class DocumentReader
{
    /// <summary>The requested revision, or the winner; null when it does not exist.</summary>
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

    /// <summary>The ids of all leaves in the order in which they were written; null when there is none.</summary>
    public static IReadOnlyList<RevisionId>? ReadBranches(this StoredDocument document)
    {
        lock (document)
        {
            return document.Tree.Winner is null ? null : [.. document.Tree.LeavesAsWritten.Select(one => one.Id)];
        }
    }

    private static DocumentSnapshot Snapshot(
        StoredDocument document, Revision revision, IReadOnlyList<RevisionId> history, IReadOnlyList<RevisionId> leaves) =>
        new(
            document.DocumentId,
            revision.Id,
            revision.Deleted,
            revision.Body,
            Kept(document.Tree, revision),
            document.Expires,
            document.Sequence,
            revision.Outcome,
            history,
            leaves);

    /// <summary>The attachments of a revision. Sync Gateway keeps data only while a leaf of the document has the same data.</summary>
    private static IReadOnlyList<Attachment> Kept(RevisionTree tree, Revision revision)
    {
        if (revision.Attachments.Count == 0 || tree.IsLeaf(revision))
        {
            return revision.Attachments;
        }

        var kept = tree.Leaves.SelectMany(leaf => leaf.Attachments)
            .Where(one => one.Data is not null)
            .Select(one => one.Digest)
            .ToHashSet(StringComparer.Ordinal);
        return [.. revision.Attachments.Select(one => kept.Contains(one.Digest) ? one : one with { Data = null })];
    }
}
