using System.Net.Http.Headers;
using System.Net.Mime;

namespace SyncGateway;

/// <summary>Reads and writes documents over Sync Gateway's REST API, and tells apart, once and here, every way that can end.</summary>
/// <remarks>Safe to share between threads. Works with Sync Gateway 2.8, 3.x and 4.x.</remarks>
public sealed class SyncGatewayClient
{
    private readonly ISyncGatewayApi api;
    private readonly Conversation conversation;

    internal SyncGatewayClient(ISyncGatewayApi api, Conversation conversation) => (this.api, this.conversation) = (api, conversation);

    /// <summary>Reads a document's winning revision. A failing connection or server is tried again at once, twice.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="id">The document's <c>_id</c>.</param>
    /// <param name="cancelled">Gives up the read.</param>
    /// <exception cref="ArgumentException">No document can have this keyspace or id; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancelled"/> fired; the client's own timeout is an outcome instead.</exception>
    public async Task<ReadOutcome> Read(string keyspace, string id, CancellationToken cancelled)
    {
        var address = DocumentAddress.Of(keyspace, id);
        var reply = await conversation.Ask(
            keyspace,
            waiting => api.GetDocument(address.Keyspace, address.Id, waiting),
            cancelled);

        return Outcomes.OfRead(reply, keyspace, id, conversation.Visitor);
    }

    /// <summary>Replaces exactly the revision that <paramref name="document"/> names. Tried once.</summary>
    /// <remarks>
    /// After a write that timed out, or whose connection broke, nobody knows whether it happened: the outcome is
    /// <see cref="WriteOutcome.Unavailable"/>, and the caller reads the document again before deciding anything. The same holds for a
    /// write given up by <paramref name="cancelled"/>. Writing again without reading is safe but may end in a conflict with oneself.
    /// </remarks>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="document">What is to be stored. Its body must still have the <c>_attachments</c> and <c>_exp</c> that were read.</param>
    /// <param name="cancelled">Gives up the write.</param>
    /// <exception cref="ArgumentException">No such document can be written; nothing was sent.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancelled"/> fired; the client's own timeout is an outcome instead.</exception>
    public async Task<WriteOutcome> Write(string keyspace, Document document, CancellationToken cancelled)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrWhiteSpace(document.Revision, nameof(document));

        if (DocumentJson.ReservedIn(document.Body) is { } reserved)
        {
            throw new ArgumentException($"A document's body has no {reserved}: that is not the app's to store.", nameof(document));
        }

        var address = DocumentAddress.Of(keyspace, document.Id);
        using var content = new ReadOnlyMemoryContent(DocumentJson.Bytes(document.Body));
        content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);

        var reply = await conversation.Ask(
            keyspace,
            waiting => api.PutDocument(address.Keyspace, address.Id, DocumentAddress.Query(document.Revision), content, waiting),
            cancelled);

        return Outcomes.OfWrite(reply, keyspace);
    }
}
