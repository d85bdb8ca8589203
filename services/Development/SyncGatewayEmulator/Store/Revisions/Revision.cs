using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// One node of a document's revision tree. There may be a million: what few of them have, attachments for example, is in another object.
/// </summary>
internal class Revision
{
    private ulong high;
    private ulong low;
    private Details? details;
    private byte[]? body;
    private int bodyStart;
    private int bodyLength;
    private int generation;

    /// <param name="id">The revision id.</param>
    /// <param name="parent">The parent revision; null when there is none or it is unknown.</param>
    /// <param name="deleted">Whether the revision is a tombstone.</param>
    /// <param name="body">The user's members as canonical JSON; empty when only the id is known.</param>
    /// <param name="attachments">Sorted by name.</param>
    /// <param name="outcome">The result of the sync function.</param>
    public Revision(
        RevisionId id,
        Revision? parent,
        bool deleted,
        ArraySegment<byte> body,
        IReadOnlyList<Attachment> attachments,
        SyncOutcome? outcome = null) =>
        Set(id, parent, deleted, body, attachments, outcome ?? SyncOutcome.None);

    /// <summary>A revision that is not known yet.</summary>
    protected Revision()
    {
    }

    public RevisionId Id => new(generation, high, low, details?.Digest);

    public Revision? Parent { get; private set; }

    public bool Deleted { get; private set; }

    /// <summary>The user's members as canonical JSON; null when only the id is known.</summary>
    public ReadOnlyMemory<byte>? Body
    {
        get
        {
            if (body is { } array)
            {
                return array.AsMemory(bodyStart, bodyLength);
            }

            return null;
        }
    }

    public IReadOnlyList<Attachment> Attachments => details?.Attachments ?? [];

    public SyncOutcome Outcome => details?.Outcome ?? SyncOutcome.None;

    /// <summary>Whether this is a revision.</summary>
    protected bool IsKnown => generation > 0;

    /// <summary>This revision and its known ancestors, newest first.</summary>
    public IEnumerable<Revision> History()
    {
        for (var revision = this; revision is not null; revision = revision.Parent)
        {
            yield return revision;
        }
    }

    /// <summary>This revision or the ancestor with the id; null when there is none.</summary>
    public Revision? FindAncestor(RevisionId id)
    {
        var revision = this;
        while (revision is not null && revision.Id != id)
        {
            revision = revision.Parent;
        }

        return revision;
    }

    /// <summary>Keeps <paramref name="limit"/> revisions of this branch and drops older ones.</summary>
    public void PruneBranch(int limit)
    {
        var oldest = this;
        for (var kept = 1; kept < limit && oldest.Parent is not null; kept++)
        {
            oldest = oldest.Parent;
        }

        oldest.Parent = null;
    }

    /// <summary>Drops body and attachments and keeps the id.</summary>
    public void ForgetBody()
    {
        // Others may be reading: position and length stay valid for the array that they have read.
        body = null;
        details = details is null ? null : details with { Attachments = [] };
    }

    /// <summary>Makes this object the revision.</summary>
    protected void Set(
        RevisionId id,
        Revision? parent,
        bool deleted,
        ArraySegment<byte> json,
        IReadOnlyList<Attachment> attachments,
        SyncOutcome outcome)
    {
        (generation, high, low, var digest) = id;
        details = digest is null && !AttachmentStubs.IsWritten(attachments) && outcome == SyncOutcome.None ? null : new(digest, attachments, outcome);
        (Parent, Deleted) = (parent, deleted);
        (body, bodyStart, bodyLength) = (json.Array, json.Offset, json.Count);
    }

    /// <param name="Digest">The digest in the id when it is not an MD5; otherwise null.</param>
    /// <param name="Attachments">The attachments.</param>
    /// <param name="Outcome">The result of the sync function.</param>
    private sealed record Details(string? Digest, IReadOnlyList<Attachment> Attachments, SyncOutcome Outcome);
}
