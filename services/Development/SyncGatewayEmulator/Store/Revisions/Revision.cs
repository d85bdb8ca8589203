using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>One node of a document's revision tree.</summary>
/// <param name="id">The revision id.</param>
/// <param name="parent">The parent revision; null when there is none or it is unknown.</param>
/// <param name="deleted">Whether the revision is a tombstone.</param>
/// <param name="body">The user's members as canonical JSON; null when only the id is known.</param>
/// <param name="attachments">Sorted by name.</param>
/// <param name="outcome">The result of the sync function.</param>
internal sealed class Revision(
    RevisionId id, Revision? parent, bool deleted, byte[]? body, IReadOnlyList<Attachment> attachments, SyncOutcome? outcome = null)
{
    public RevisionId Id { get; } = id;

    public Revision? Parent { get; private set; } = parent;

    public bool Deleted { get; } = deleted;

    public byte[]? Body { get; private set; } = body;

    public IReadOnlyList<Attachment> Attachments { get; private set; } = attachments;

    public SyncOutcome Outcome { get; } = outcome ?? SyncOutcome.None;

    /// <summary>This revision and its known ancestors, newest first.</summary>
    public IEnumerable<Revision> History()
    {
        for (var revision = this; revision is not null; revision = revision.Parent)
        {
            yield return revision;
        }
    }

    /// <summary>This revision or the ancestor with the id; null when there is none.</summary>
    public Revision? Find(RevisionId id)
    {
        var revision = this;
        while (revision is not null && revision.Id != id)
        {
            revision = revision.Parent;
        }

        return revision;
    }

    /// <summary>Keeps <paramref name="limit"/> revisions of this branch and drops older ones.</summary>
    public void Prune(int limit)
    {
        var oldest = this;
        for (var kept = 1; kept < limit && oldest.Parent is not null; kept++)
        {
            oldest = oldest.Parent;
        }

        oldest.Parent = null;
    }

    /// <summary>Drops body and attachments and keeps the id.</summary>
    public void Forget()
    {
        Body = null;
        Attachments = [];
    }
}
