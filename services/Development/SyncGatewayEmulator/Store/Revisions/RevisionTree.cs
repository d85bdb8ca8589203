using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// The revisions of one document. Guarded by the lock of the document. The first revision is this object itself, and what it inherits
/// describes that revision only: most documents have one, and each object costs memory and time of the garbage collector.
/// </summary>
internal abstract class RevisionTree : Revision
{
    // In the order in which they were written. Null for the vast majority of documents, which have one branch.
    private List<Revision>? branches;

    /// <summary>The current revision: a live leaf wins over a tombstone, then the greater id wins.</summary>
    public Revision? Winner { get; private set; }

    /// <summary>The winner, then the ends of the other branches.</summary>
    public IEnumerable<Revision> Leaves =>
        Winner is null ? [] : branches is null ? [Winner] : [Winner, .. branches.Where(leaf => leaf != Winner).Order(ByRank)];

    /// <summary>The ends of all branches in the order in which they were written.</summary>
    public IEnumerable<Revision> LeavesAsWritten => Winner is null ? [] : branches is null ? [Winner] : branches;

    public bool HasLiveLoser => branches?.Exists(leaf => leaf != Winner && !leaf.Deleted) ?? false;

    public Revision? Find(RevisionId id) =>
        Winner?.FindAncestor(id) ?? branches?.Select(leaf => leaf.FindAncestor(id)).FirstOrDefault(found => found is not null);

    public bool IsLeaf(Revision revision) => revision == Winner || (branches?.Contains(revision) ?? false);

    /// <summary>Adds a leaf; its parent is no longer one.</summary>
    public void Add(
        RevisionId id, Revision? parent, bool deleted, byte[] body, IReadOnlyList<Attachment> attachments, SyncOutcome outcome)
    {
        if (IsKnown)
        {
            Add(new Revision(id, parent, deleted, body, attachments, outcome));
            return;
        }

        Set(id, parent, deleted, body.Length > Packed<byte>.MaxLength ? body : Packed<byte>.Keep(body), attachments, outcome);
        Add(this);
    }

    /// <summary>Adds a leaf; its parent is no longer one.</summary>
    public void Add(Revision leaf)
    {
        if (branches is null && leaf.Parent == Winner)
        {
            Winner = leaf;
            return;
        }

        var leaves = LeavesAsWritten.Where(other => !leaf.History().Contains(other)).Append(leaf).ToList();
        Winner = leaves.Max(ByRank);
        branches = leaves.Count > 1 ? leaves : null;
    }

    /// <summary>Removes all revisions.</summary>
    protected void Clear() => (Winner, branches) = (null, null);

    /// <summary>Keeps <paramref name="limit"/> revisions of each branch and drops older ones.</summary>
    public void Prune(int limit)
    {
        Winner?.PruneBranch(limit);
        branches?.ForEach(leaf => leaf.PruneBranch(limit));
    }

    private static readonly Comparer<Revision> ByRank = Comparer<Revision>.Create((a, b) =>
        a.Deleted != b.Deleted ? b.Deleted.CompareTo(a.Deleted) : a.Id.CompareTo(b.Id));
}
