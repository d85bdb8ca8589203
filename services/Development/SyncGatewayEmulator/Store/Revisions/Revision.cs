using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>One node of a document's revision tree.</summary>
/// <param name="id">Its id.</param>
/// <param name="parent">The revision it follows, as far as that is known.</param>
/// <param name="deleted">Whether it is a tombstone.</param>
/// <param name="body">The user's members in canonical spelling; null when only the id is known.</param>
/// <param name="attachments">Sorted by name.</param>
/// <param name="outcome">What the sync function said of it.</param>
internal sealed class Revision(
    RevisionId id, Revision? parent, bool deleted, byte[]? body, IReadOnlyList<Attachment> attachments, SyncOutcome? outcome = null)
{
    public RevisionId Id { get; } = id;

    public Revision? Parent { get; private set; } = parent;

    public bool Deleted { get; } = deleted;

    public byte[]? Body { get; private set; } = body;

    public IReadOnlyList<Attachment> Attachments { get; private set; } = attachments;

    public SyncOutcome Outcome { get; } = outcome ?? SyncOutcome.None;

    /// <summary>This revision, its parent, and so on as far as they are remembered.</summary>
    public IEnumerable<Revision> History()
    {
        for (var revision = this; revision is not null; revision = revision.Parent)
        {
            yield return revision;
        }
    }

    /// <summary>This revision or an ancestor by its id; null when it is none of them.</summary>
    public Revision? Find(RevisionId id)
    {
        var revision = this;
        while (revision is not null && revision.Id != id)
        {
            revision = revision.Parent;
        }

        return revision;
    }

    /// <summary>Forgets what lies more than <paramref name="limit"/> revisions behind.</summary>
    public void Prune(int limit)
    {
        var oldest = this;
        for (var kept = 1; kept < limit && oldest.Parent is not null; kept++)
        {
            oldest = oldest.Parent;
        }

        oldest.Parent = null;
    }

    /// <summary>Keeps the id only: a newer revision has long taken this one's place.</summary>
    public void Forget()
    {
        Body = null;
        Attachments = [];
    }
}
