using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>Reads, writes and follows documents over Sync Gateway's REST API, and tells apart, once and here, every way that can end.</summary>
/// <remarks>Safe to share between threads. Works with Sync Gateway 2.8, 3.x and 4.x.</remarks>
public sealed class SyncGatewayClient
{
    private readonly ISyncGatewayApi api;
    private readonly SyncGatewayHttp http;

    internal SyncGatewayClient(ISyncGatewayApi api, SyncGatewayHttp http) => (this.api, this.http) = (api, http);

    /// <summary>Reads a document's winning revision. A failing connection or server is tried again at once, twice.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="id">The document's <c>_id</c>.</param>
    /// <param name="cancellationToken">Gives up the read.</param>
    /// <exception cref="ArgumentException">No document can have this keyspace or id; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the client's own timeout is an outcome instead.</exception>
    public async Task<ReadOutcome> ReadAsync(string keyspace, string id, CancellationToken cancellationToken)
    {
        var address = DocumentAddress.From(keyspace, id);
        var reply = await http.SendAsync(
            keyspace,
            waiting => api.GetDocumentAsync(address.Keyspace, address.Id, waiting),
            cancellationToken);

        return ReadOutcome.From(reply, keyspace, id, http.UserName);
    }

    /// <summary>Replaces exactly the revision that <paramref name="document"/> names. Tried once.</summary>
    /// <remarks>
    /// After a write that timed out, or whose connection broke, nobody knows whether it happened: the outcome is
    /// <see cref="WriteOutcome.Unavailable"/>, and the caller reads the document again before deciding anything. The same holds for a
    /// write given up by <paramref name="cancellationToken"/>. Writing again without reading is safe but may end in a conflict with oneself.
    /// </remarks>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="document">What is to be stored. Its body must still have the <c>_attachments</c> and <c>_exp</c> that were read.</param>
    /// <param name="cancellationToken">Gives up the write.</param>
    /// <exception cref="ArgumentException">No such document can be written; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the client's own timeout is an outcome instead.</exception>
    public async Task<WriteOutcome> WriteAsync(string keyspace, Document document, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrWhiteSpace(document.Revision, nameof(document));

        if (DocumentJson.ReservedIn(document.Body) is { } reserved)
        {
            throw new ArgumentException($"A document's body has no {reserved}: that is not the app's to store.", nameof(document));
        }

        var address = DocumentAddress.From(keyspace, document.Id);
        using var content = Json(document.Body);
        var reply = await http.SendAsync(
            keyspace,
            waiting => api.PutDocumentAsync(address.Keyspace, address.Id, DocumentAddress.Query(document.Revision), content, waiting),
            cancellationToken);

        return WriteOutcome.From(reply, keyspace);
    }

    /// <summary>
    /// Reads on in the changes feed: at once what has changed since, or, when nothing has, as soon as something does, or nothing after
    /// <see cref="ChangesQuery.Wait"/>. A failing connection or server is tried again at once, twice.
    /// </summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="query">From where, and how much.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ArgumentException">There can be no such keyspace; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the client's own timeout is an outcome instead.</exception>
    internal async Task<ChangesOutcome> ReadChangesAsync(string keyspace, ChangesQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var address = DocumentAddress.From(keyspace, "any");
        var reply = await http.SendAsync(
            keyspace,
            query.Wait,
            waiting => api.GetChangesAsync(
                address.Keyspace,
                query.Since,
                query.Limit,
                (long)query.Wait.TotalMilliseconds,
                query.WithDocuments ? "true" : "false",
                query.Channel is null ? null : "sync_gateway/bychannel",
                query.Channel,
                waiting),
            cancellationToken);

        return ChangesReader.Read(reply, keyspace);
    }

    /// <summary>Reads a <c>_local</c> document: one of the keyspace's own, which is not replicated and which every user may write.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="name">Its name after <c>_local/</c>.</param>
    /// <param name="cancellationToken">Gives up the read.</param>
    /// <exception cref="ArgumentException">There can be no such document; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the client's own timeout is an outcome instead.</exception>
    public async Task<LocalReadOutcome> ReadLocalAsync(string keyspace, string name, CancellationToken cancellationToken)
    {
        var address = DocumentAddress.From(keyspace, name);
        var reply = await http.SendAsync(keyspace, waiting => api.GetLocalAsync(address.Keyspace, address.Id, waiting), cancellationToken);

        return LocalReadOutcome.From(reply, keyspace);
    }

    /// <summary>Replaces exactly one revision of a <c>_local</c> document, or creates it. Tried once.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="name">Its name after <c>_local/</c>.</param>
    /// <param name="revision">The revision to replace; null when there is to be none yet.</param>
    /// <param name="body">What is to be stored. Sync Gateway drops properties that begin with an underscore.</param>
    /// <param name="cancellationToken">Gives up the write, which may have happened all the same.</param>
    /// <exception cref="ArgumentException">There can be no such document; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired; the client's own timeout is an outcome instead.</exception>
    public async Task<LocalWriteOutcome> WriteLocalAsync(string keyspace, string name, string? revision, JsonObject body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(body);
        var address = DocumentAddress.From(keyspace, name);
        var document = body.DeepClone().AsObject();
        // Of these documents Sync Gateway reads the revision in the body, and in no other place.
        if (revision is not null)
        {
            document["_rev"] = revision;
        }

        using var content = Json(document);
        var reply = await http.SendAsync(keyspace, waiting => api.PutLocalAsync(address.Keyspace, address.Id, content, waiting), cancellationToken);

        return LocalWriteOutcome.From(reply, keyspace);
    }

    private static ReadOnlyMemoryContent Json(JsonObject body)
    {
        var content = new ReadOnlyMemoryContent(DocumentJson.Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        return content;
    }
}
