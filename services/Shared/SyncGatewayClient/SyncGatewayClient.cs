using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>Reads and writes documents over Sync Gateway's REST API. Each call ends in one of a closed set of outcomes.</summary>
/// <remarks>Thread-safe. Works with Sync Gateway 2.8, 3.x and 4.x.</remarks>
public sealed class SyncGatewayClient
{
    private readonly ISyncGatewayApi api;
    private readonly SyncGatewayHttp http;

    internal SyncGatewayClient(ISyncGatewayApi api, SyncGatewayHttp http) => (this.api, this.http) = (api, http);

    /// <summary>Reads a document's winning revision. A failed connection or a 5xx is retried twice, at once.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="id">The document's <c>_id</c>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="ArgumentException">The keyspace or id is not valid; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    public async Task<ReadOutcome> ReadAsync(string keyspace, string id, CancellationToken cancellationToken)
    {
        var address = DocumentAddress.From(keyspace, id);
        var reply = await http.SendAsync(
            keyspace,
            token => api.GetDocumentAsync(address.Keyspace, address.Id, token),
            cancellationToken);

        return ReadOutcome.From(reply, keyspace, id, http.UserName);
    }

    /// <summary>Replaces exactly the revision that <paramref name="document"/> names. Never retried.</summary>
    /// <remarks>
    /// A write that timed out, lost its connection or was cancelled may have happened. Its outcome is
    /// <see cref="WriteOutcome.Unavailable"/>: the caller reads the document again. Writing again without reading is safe, but may end in
    /// a conflict with the first write.
    /// </remarks>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="document">The new content. Its body must still have the <c>_attachments</c> and <c>_exp</c> that were read.</param>
    /// <param name="cancellationToken">Stops the write, which may have happened.</param>
    /// <exception cref="ArgumentException">The document cannot be written; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    public async Task<WriteOutcome> WriteAsync(string keyspace, Document document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrWhiteSpace(document.Revision, nameof(document));
        RefuseReserved(document);

        var address = DocumentAddress.From(keyspace, document.Id);
        using var content = CreateContent(document.Body);
        var reply = await http.SendAsync(
            keyspace,
            token => api.PutDocumentAsync(address.Keyspace, address.Id, DocumentAddress.Query(document.Revision), content, token),
            cancellationToken);

        return WriteOutcome.From(reply, keyspace);
    }

    /// <summary>Opens an attachment of one revision. A failed connection or a 5xx is retried twice, at once, until its first byte.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="id">The document's <c>_id</c>.</param>
    /// <param name="revision">The revision that has the attachment.</param>
    /// <param name="attachment">The attachment, as that revision describes it.</param>
    /// <param name="cancellationToken">Stops opening and reading it.</param>
    /// <exception cref="ArgumentException">The keyspace or id is not valid; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    public async Task<AttachmentOutcome> OpenAttachmentAsync(
        string keyspace, string id, string revision, Attachment attachment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        ArgumentException.ThrowIfNullOrWhiteSpace(revision);
        var address = DocumentAddress.From(keyspace, id);
        if (address.AttachmentSegment(attachment.Name) is not { } name)
        {
            return new AttachmentOutcome.Missing();
        }

        return await http.OpenAsync(
            keyspace,
            attachment,
            token => api.GetAttachmentAsync(
                address.Keyspace, address.Id, name, DocumentAddress.Query(revision), token),
            cancellationToken);
    }

    /// <summary>
    /// Creates a document with a first revision that the caller chose, unless the document has had that revision before: then nothing
    /// changes, also when it was edited, finished or deleted since. So however many write the same first revision, and however late, the
    /// document is created once.
    /// </summary>
    /// <remarks>
    /// Repeating it is safe. A deleted document with another first revision would come back to life, and where conflicts are allowed, a
    /// living one would get a conflict: read first, where such documents may exist.
    /// </remarks>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="document">Its content, and the revision <c>1-…</c> to create.</param>
    /// <param name="cancellationToken">Stops the write, which may have happened.</param>
    /// <returns>
    /// <see cref="WriteOutcome.Written"/> when the document has that revision now, whoever wrote it; <see cref="WriteOutcome.Conflict"/>
    /// when it has another first revision.
    /// </returns>
    /// <exception cref="ArgumentException">The document cannot be created; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    public async Task<WriteOutcome> CreateOnceAsync(string keyspace, Document document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (document.Revision is not ['1', '-', _, ..])
        {
            throw new ArgumentException("A first revision is 1- and a text.", nameof(document));
        }

        RefuseReserved(document);

        var address = DocumentAddress.From(keyspace, document.Id);
        using var content = CreateContent(document.Body.With(
            "_revisions", new JsonObject { ["start"] = 1, ["ids"] = new JsonArray(document.Revision["1-".Length..]) }));
        var reply = await http.SendAsync(
            keyspace, token => api.PutRevisionAsync(address.Keyspace, address.Id, content, token), cancellationToken);

        return WriteOutcome.From(reply, keyspace);
    }

    /// <summary>
    /// Reads one batch of the changes feed. When nothing has changed, Sync Gateway waits up to <see cref="ChangesQuery.Wait"/> for the next
    /// change. A failed connection or a 5xx is retried twice, at once.
    /// </summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="query">Where to begin, and how much to read.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="ArgumentException">The keyspace is not valid; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    internal async Task<ChangesOutcome> ReadChangesAsync(string keyspace, ChangesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var address = DocumentAddress.From(keyspace, "any");
        var reply = await http.SendAsync(
            keyspace,
            query.Wait,
            token => api.GetChangesAsync(
                address.Keyspace,
                query.Since,
                query.Limit,
                (long)query.Wait.TotalMilliseconds,
                query.WithDocuments ? "true" : "false",
                query.Channel is null ? null : "sync_gateway/bychannel",
                query.Channel,
                token),
            cancellationToken);

        return ChangesReader.Read(reply, keyspace);
    }

    /// <summary>Asks which Sync Gateway process answers for the database of a keyspace. A failing connection or server is tried again at once, twice.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="ArgumentException">The keyspace is not valid; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.</exception>
    public async Task<InstanceOutcome> ReadInstanceAsync(string keyspace, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keyspace);
        var database = DocumentAddress.From(keyspace.Split('.', 2)[0], "any").Keyspace;
        var reply = await http.SendAsync(keyspace, waiting => api.GetDatabaseAsync(database, waiting), cancellationToken);

        return InstanceOutcome.From(reply, keyspace);
    }

    /// <summary>Reads a <c>_local</c> document. Those are not replicated, and every user of the keyspace may write them.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="name">Its name after <c>_local/</c>.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="ArgumentException">The keyspace or name is not valid; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    public async Task<LocalReadOutcome> ReadLocalAsync(string keyspace, string name, CancellationToken cancellationToken)
    {
        var address = DocumentAddress.From(keyspace, name);
        var reply = await http.SendAsync(keyspace, token => api.GetLocalAsync(address.Keyspace, address.Id, token), cancellationToken);

        return LocalReadOutcome.From(reply, keyspace);
    }

    /// <summary>Replaces exactly one revision of a <c>_local</c> document, or creates it. Never retried.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="name">Its name after <c>_local/</c>.</param>
    /// <param name="revision">The revision to replace; null to create the document.</param>
    /// <param name="body">The new content. Sync Gateway drops properties that begin with an underscore.</param>
    /// <param name="cancellationToken">Stops the write, which may have happened.</param>
    /// <exception cref="ArgumentException">The keyspace or name is not valid; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an outcome.
    /// </exception>
    public async Task<LocalWriteOutcome> WriteLocalAsync(
        string keyspace, string name, string? revision, RawObject body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        var address = DocumentAddress.From(keyspace, name);
        // For local documents, Sync Gateway reads the revision only from the body.
        using var content = CreateContent(revision is null ? body : body.With("_rev", revision));
        var reply = await http.SendAsync(
            keyspace, token => api.PutLocalAsync(address.Keyspace, address.Id, content, token), cancellationToken);

        return LocalWriteOutcome.From(reply, keyspace);
    }

    /// <summary>Asks whether Sync Gateway, or one of its databases, can be used now.</summary>
    /// <param name="database">The database; null for Sync Gateway itself.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>Null when it can be used; else why not.</returns>
    /// <exception cref="OperationCanceledException">
    /// <paramref name="cancellationToken"/> fired. The client's own timeout is an answer.
    /// </exception>
    public async Task<string?> FindTroubleAsync(string? database, CancellationToken cancellationToken)
    {
        var reply = await http.SendAsync(
            database ?? "",
            token => database is null ? api.GetServerAsync(token) : api.GetDatabaseAsync(database, token),
            cancellationToken);
        return reply switch
        {
            Reply.Unavailable { Cause.Reason: var reason } => reason,
            Reply.Answer { Status: < 300 } => null,
            Reply.Answer { Status: 404 } answer when database is not null => answer.NoKeyspace(database),
            Reply.Answer answer when database is not null => $"Sync Gateway refuses database {database} ({answer.Status}, {answer.Reason})",
            _ => null,
        };
    }

    private static void RefuseReserved(Document document)
    {
        if (document.Body.FirstOf(DocumentJson.Reserved) is { } reserved)
        {
            throw new ArgumentException($"A body must not contain {reserved}, which belongs to Sync Gateway.", nameof(document));
        }
    }

    private static ByteArrayContent CreateContent(RawObject body)
    {
        var content = new ByteArrayContent(body.ToBytes());
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        return content;
    }
}
