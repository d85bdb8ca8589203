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
