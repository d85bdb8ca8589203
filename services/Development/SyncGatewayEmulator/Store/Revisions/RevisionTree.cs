namespace OfflineActions.Emulators.Store;

/// <summary>The revisions of one document. Guarded by the lock of the document.</summary>
internal abstract class RevisionTree
{
    // Null for the vast majority of documents, which have one branch.
    private List<Revision>? losers;

    /// <summary>The current revision: a live leaf wins over a tombstone, then the greater id wins.</summary>
    public Revision? Winner { get; private set; }

    /// <summary>The winner, then the ends of the other branches.</summary>
    public IEnumerable<Revision> Leaves => Winner is null ? [] : losers is null ? [Winner] : [Winner, .. losers];

    public bool HasLiveLoser => losers?.Exists(leaf => !leaf.Deleted) ?? false;

    public Revision? Find(RevisionId id) =>
        Winner?.Find(id) ?? losers?.Select(leaf => leaf.Find(id)).FirstOrDefault(found => found is not null);

    public bool IsLeaf(Revision revision) => revision == Winner || (losers?.Contains(revision) ?? false);

    /// <summary>Adds a leaf; its parent is no longer one.</summary>
    public void Add(Revision leaf)
    {
        if (losers is null && leaf.Parent == Winner)
        {
            Winner = leaf;
            return;
        }

        var leaves = Leaves.Where(other => !leaf.History().Contains(other)).Append(leaf).Order(ByRank).ToList();
        Winner = leaves[^1];
        leaves.RemoveAt(leaves.Count - 1);
        losers = leaves.Count > 0 ? leaves : null;
    }

    /// <summary>Removes all revisions.</summary>
    protected void Clear() => (Winner, losers) = (null, null);

    /// <summary>Keeps <paramref name="limit"/> revisions of each branch and drops older ones.</summary>
    public void Prune(int limit)
    {
        Winner?.Prune(limit);
        losers?.ForEach(leaf => leaf.Prune(limit));
    }

    private static readonly Comparer<Revision> ByRank = Comparer<Revision>.Create((a, b) =>
        a.Deleted != b.Deleted ? b.Deleted.CompareTo(a.Deleted) : a.Id.CompareTo(b.Id));
}
