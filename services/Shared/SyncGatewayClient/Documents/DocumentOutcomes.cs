using System.Diagnostics;

namespace OfflineActions.SyncGateway;

/// <summary>How reading a document ended.</summary>
public abstract record ReadOutcome
{
    private ReadOutcome()
    {
    }

    /// <summary>The document was read.</summary>
    /// <param name="Document">Its winning revision.</param>
    /// <param name="Bytes">The size of the answer with it.</param>
    public sealed record Found(Document Document, int Bytes) : ReadOutcome;

    /// <summary>The document was never written, or was purged.</summary>
    public sealed record Missing : ReadOutcome;

    /// <summary>The document's winning revision is a deletion.</summary>
    public sealed record Deleted : ReadOutcome;

    /// <summary>
    /// The document is longer than <see cref="SyncGatewayOptions.MaxResponseBytes"/> or nested deeper than <see
    /// cref="Document.MaxDepth"/>.
    /// </summary>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="State">The few members that were read all the same; null for a document that is too long.</param>
    public sealed record Unreadable(string Reason, DocumentState? State = null) : ReadOutcome;

    /// <summary>The document cannot be read now.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="IsForbidden">
    /// Whether the user may not read this document. Perhaps the user has too few channels; perhaps the document, which any app user can
    /// write, is in none of them.
    /// </param>
    public sealed record Unavailable(Unavailability Cause, bool IsForbidden = false) : ReadOutcome;

    internal static ReadOutcome From(Reply reply, string keyspace, string id, string user) => reply switch
    {
        Reply.Unavailable { TooLong: true, Cause: var cause } => new Unreadable(cause.Reason),
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),
        Reply.Answer { Status: 200 } answer => From(answer, keyspace, id, user),
        Reply.Answer { Status: 404, ServerReason: "missing" } => new Missing(),
        Reply.Answer { Status: 404, ServerReason: "deleted" } => new Deleted(),
        Reply.Answer { Status: 404 } answer => Because(answer.NoKeyspace(keyspace)),
        Reply.Answer { Status: 403 } answer => Forbidden(
            $"{user} may not read this document of keyspace {keyspace} (403, {answer.Reason}): give that user its channel"),
        Reply.Answer { Status: >= 400 } answer => Because(
            $"Sync Gateway refuses the request for a document of keyspace {keyspace} ({answer.Status}, {answer.Reason})"),
        Reply.Answer answer => Because($"Sync Gateway answered a read with status {answer.Status} and no document"),
        _ => throw new UnreachableException(),
    };

    private static ReadOutcome From(Reply.Answer answer, string keyspace, string id, string user)
    {
        if (answer.Json is not { } json)
        {
            return DocumentState.TryRead(answer.Body) is { } state && state.Id == id
                ? new Unreadable($"The document is nested deeper than {Document.MaxDepth} levels", state)
                : Because("Sync Gateway answered a read with something else than the document");
        }

        if (json.Text("_id") != id || json.Text("_rev") is not { Length: > 0 } revision)
        {
            return Because("Sync Gateway answered a read with something else than the document");
        }

        if (json.Flag("_removed"))
        {
            return Forbidden($"The document left every channel that {user} can read in keyspace {keyspace}: give that user its channel");
        }

        return json.Flag("_deleted")
            ? new Deleted()
            : new Found(new Document(id, revision, json.Without(DocumentJson.Reserved)), answer.Body.Length);
    }

    private static Unavailable Because(string reason) => new(new Unavailability(reason));

    private static Unavailable Forbidden(string reason) => new(new Unavailability(reason), IsForbidden: true);
}

/// <summary>How writing a document ended.</summary>
public abstract record WriteOutcome
{
    private WriteOutcome()
    {
    }

    /// <summary>The write is the document's newest revision.</summary>
    /// <param name="Revision">That revision.</param>
    public sealed record Written(string Revision) : WriteOutcome;

    /// <summary>The revision to replace is not the current one; nothing was written.</summary>
    /// <param name="Reason">Sync Gateway's reason.</param>
    public sealed record Conflict(string Reason) : WriteOutcome;

    /// <summary>Sync Gateway refuses this content from this user, now and later; nothing was written.</summary>
    /// <param name="Status">The HTTP status, for example 403 from the sync function, or 413 for a document that is too large.</param>
    /// <param name="Reason">Sync Gateway's reason.</param>
    public sealed record Refused(int Status, string Reason) : WriteOutcome;

    /// <summary>No usable answer. The write may have happened: read the document before deciding anything.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : WriteOutcome;

    internal static WriteOutcome From(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),
        Reply.Answer { Status: 200 or 201 } answer when answer.Json?.Text("rev") is { Length: > 0 } revision => new Written(revision),
        Reply.Answer { Status: 409 } answer => new Conflict(answer.Reason),
        Reply.Answer { Status: 404 } answer when !IsAboutDocument(answer) => Because(answer.NoKeyspace(keyspace)),
        Reply.Answer { Status: >= 400 } answer => new Refused(answer.Status, answer.Reason),
        Reply.Answer answer => Because($"Sync Gateway answered a write with status {answer.Status} and no revision"),
        _ => throw new UnreachableException(),
    };

    private static Unavailable Because(string reason) => new(new Unavailability(reason));

    /// <summary>
    /// Whether a 404 is about the document's revisions or attachments. Any other is about the database, the keyspace or the address.
    /// </summary>
    private static bool IsAboutDocument(Reply.Answer answer) => answer.ServerReason is { } reason
        && (reason is "deleted"
            || reason.StartsWith("missing", StringComparison.Ordinal)
            || reason.StartsWith("Document revision", StringComparison.Ordinal));
}
