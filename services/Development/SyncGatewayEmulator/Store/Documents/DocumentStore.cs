using System.Runtime.InteropServices;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Scripts;

namespace OfflineActions.Emulators.Store;

/// <summary>The documents of one collection. Thread-safe; writes to the same document are serialized.</summary>
internal sealed class DocumentStore
{
    private readonly TimeProvider clock;
    private readonly DocumentTable documents;
    private readonly OldRevisions old;

    /// <param name="name">The name of the collection, <c>scope.collection</c>.</param>
    /// <param name="settings">The settings of the collection.</param>
    /// <param name="sequences">The sequences of the database.</param>
    /// <param name="principals">The users and roles of the database.</param>
    /// <param name="clock">The clock.</param>
    public DocumentStore(string name, CollectionSettings settings, SequenceIndex sequences, PrincipalStore principals, TimeProvider clock)
    {
        this.clock = clock;
        Name = name;
        Settings = settings;
        documents = new(this);
        old = new(clock);
        Sequences = sequences;
        Principals = principals;
        Locals = new(clock);
    }

    public string Name { get; }

    public CollectionSettings Settings { get; set; }

    /// <summary>How long replaced revisions keep their bodies.</summary>
    public TimeSpan OldBodyLifetime
    {
        get => old.Lifetime;
        set => old.Lifetime = value;
    }

    public SequenceIndex Sequences { get; }

    public PrincipalStore Principals { get; }

    public LocalDocuments Locals { get; }

    public ExpiryQueue Expiries { get; } = new();

    public IEnumerable<StoredDocument> All => documents.All;

    public StoredDocument? Find(string id) => documents.Find(id);

    /// <summary>Writes a new revision and generates its id.</summary>
    /// <param name="id">The id of the document.</param>
    /// <param name="parent">The leaf to replace; null to create the document or to replace a tombstone.</param>
    /// <param name="body">The new body.</param>
    /// <param name="writer">The user who writes; null for an administrator.</param>
    /// <exception cref="HttpError">
    /// 409: the parent is not a leaf, or the document exists. Other statuses come from the sync function.
    /// </exception>
    public (RevisionId Revision, DocumentChange Change) Put(string id, RevisionId? parent, DocumentBody body, UserAccess? writer = null)
    {
        var expires = Expiry.Parse(body.Sent, clock);
        body.CheckReserved();
        var document = parent is null ? documents.FindOrAdd(DocumentId.Check(id)) : Find(DocumentId.Check(id)) ?? throw Conflict();
        lock (document)
        {
            var before = parent is { } given ? Leaf(document.Tree, given, body) : Free(document.Tree);
            var revision = RevisionId.Following(before?.Id, body.Digested);

            // Deleting a tombstone again, or repeating an edit of it, can generate an existing id.
            if (document.Tree.Find(revision) is not null)
            {
                throw Conflict();
            }

            return (revision, Commit(document, id, before, [revision], body, expires, writer));
        }
    }

    /// <summary>Writes a revision created on another node, with its history.</summary>
    /// <param name="id">The id of the document.</param>
    /// <param name="history">The revision and its ancestors, newest first.</param>
    /// <param name="body">The new body.</param>
    /// <param name="writer">The user who writes; null for an administrator.</param>
    /// <returns>Null when the revision exists already.</returns>
    /// <exception cref="HttpError">
    /// 409: the revision would add a second live branch. Other statuses come from the sync function.
    /// </exception>
    public DocumentChange? PutExisting(string id, IReadOnlyList<RevisionId> history, DocumentBody body, UserAccess? writer = null)
    {
        body.CheckReserved();
        var expires = Expiry.TryParse(body.Sent, clock, out var given) ? given : 0;
        var document = documents.FindOrAdd(DocumentId.Check(id));
        lock (document)
        {
            Revision? parent = null;
            var unknown = history.TakeWhile(revision => (parent = document.Tree.Find(revision)) is null).ToList();
            if (unknown.Count == 0)
            {
                return null;
            }

            if (!Settings.AllowConflicts && !Extends(document.Tree, parent, body.Deleted))
            {
                throw Conflict();
            }

            return Commit(document, id, parent, CollectionsMarshal.AsSpan(unknown), body, expires, writer);
        }
    }

    /// <summary>Removes a document without a tombstone; the changes feed does not report it.</summary>
    /// <returns>False when the document does not exist.</returns>
    public bool Purge(string id)
    {
        if (Find(id) is not { } document)
        {
            return false;
        }

        lock (document)
        {
            if (document.Tree.Winner is null)
            {
                return false;
            }

            Sequences.Remove(document);
            Principals.Grant(Name, id, SyncOutcome.None, 0);
            document.Forget();
            return true;
        }
    }

    /// <summary>Restores a document of a dump.</summary>
    /// <returns>False when its sequence is already taken.</returns>
    public bool Restore(StoredDocument document)
    {
        if (!Sequences.Restore(document))
        {
            return false;
        }

        documents.Put(document);
        Principals.Grant(Name, document.DocumentId, document.Tree.Winner?.Outcome ?? SyncOutcome.None, document.Sequence);
        Expiries.Set(document);
        return true;
    }

    private Revision Leaf(RevisionTree tree, RevisionId id, DocumentBody body)
    {
        var found = tree.Find(id);
        return found is not null && tree.IsLeaf(found) && (Settings.AllowConflicts || Extends(tree, found, body.Deleted))
            ? found
            : throw Conflict();
    }

    private static Revision? Free(RevisionTree tree) =>
        tree.Winner is { Deleted: false } ? throw new HttpError(409, "Document exists") : tree.Winner;

    /// <summary>Whether the document has at most one live branch after the new revision.</summary>
    private static bool Extends(RevisionTree tree, Revision? parent, bool deleted) =>
        tree.Winner is null
        || parent == tree.Winner
        || (parent is null && tree.Winner.Deleted)
        || (deleted && parent is { Deleted: false } && tree.IsLeaf(parent));

    private DocumentChange Commit(
        StoredDocument document,
        string id,
        Revision? parent,
        ReadOnlySpan<RevisionId> newest,
        DocumentBody body,
        long expires,
        UserAccess? writer)
    {
        if (body.Stored.Length > Settings.LargestDocument)
        {
            throw new HttpError(413, "Document too large!");
        }

        var attachments = AttachmentReader.Read(body.Sent, parent?.Attachments ?? [], newest[0].Generation);
        body.CheckMembers();
        var outcome = Settings.Sync.Run(new(id, newest[0], body, attachments, parent), writer);
        expires = outcome.Expiry is { } said && Expiry.TryParse(said, clock.GetUtcNow(), out var asked) ? asked : expires;

        // From here on the write cannot fail.
        var oldBody = parent?.Body;
        var before = parent;
        for (var ancestor = newest.Length - 1; ancestor > 0; ancestor--)
        {
            before = new Revision(newest[ancestor], before, deleted: false, body: default, attachments: []);
        }

        var granted = document.Tree.Winner?.Outcome.HasGrants ?? false;
        document.Tree.Add(newest[0], before, body.Deleted, body.Stored, attachments, outcome);
        document.Tree.Prune(Settings.Revisions);
        document.Expires = expires;
        document.Writes++;
        Publish(document, document.Tree.Winner!, granted);
        Expiries.Set(document);
        if (parent is not null && !document.Tree.IsLeaf(parent))
        {
            old.Add(parent);
        }

        var winner = document.Tree.Winner!;
        return new(id, winner.Id, winner.Deleted, winner.Body ?? "{}"u8.ToArray(), winner.Attachments, oldBody);
    }

    private void Publish(StoredDocument document, Revision winner, bool granted)
    {
        var outcome = winner.Outcome;
        if (outcome.Channels.Count > 0)
        {
            document.Channels ??= new();
        }

        if (document.Channels is null && !outcome.HasGrants && !granted)
        {
            Sequences.Publish(document);
        }
        else
        {
            PublishInChannels(document, winner);
        }
    }

    private void PublishInChannels(StoredDocument document, Revision winner) => Sequences.Publish(document, sequence =>
    {
        document.Channels?.Update(winner.Outcome.Channels, sequence, winner.Id, winner.Deleted);
        Principals.Grant(Name, document.DocumentId, winner.Outcome, sequence);
    });

    private static HttpError Conflict() => new(409, "Document revision conflict");
}

/// <param name="Revisions">The number of revisions kept of each branch (<c>revs_limit</c>).</param>
/// <param name="AllowConflicts">Whether a document may have several branches that are not deleted.</param>
/// <param name="LargestDocument">The largest body in bytes; null for no limit.</param>
/// <param name="Sync">The sync function.</param>
internal sealed record CollectionSettings(int Revisions, bool AllowConflicts, int? LargestDocument, SyncFunction Sync);

/// <summary>
/// An accepted write, for the webhooks. It keeps the bodies, because the store may drop them before the webhook is sent.
/// </summary>
/// <param name="Id">The id of the document.</param>
/// <param name="Winner">The winning revision after the write; not always the written one.</param>
/// <param name="Deleted">Whether the winner is a tombstone.</param>
/// <param name="Body">The body of the winner.</param>
/// <param name="Attachments">The attachments of the winner.</param>
/// <param name="OldBody">The body of the parent of the written revision; null for a first revision.</param>
internal readonly record struct DocumentChange(
    string Id,
    RevisionId Winner,
    bool Deleted,
    ReadOnlyMemory<byte> Body,
    IReadOnlyList<Attachment> Attachments,
    ReadOnlyMemory<byte>? OldBody);
