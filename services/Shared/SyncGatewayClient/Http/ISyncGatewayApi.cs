using Refit;

namespace OfflineActions.SyncGateway;

/// <summary>The part of Sync Gateway's REST API that is used. Answers are not interpreted here.</summary>
[Headers("Accept: application/json")]
internal interface ISyncGatewayApi
{
    /// <summary>
    /// Both segments are those of a <see cref="DocumentAddress"/>. <c>show_exp</c> adds <c>_exp</c>: a write without it would clear the
    /// expiry.
    /// </summary>
    [Get("/{keyspace}/{id}?show_exp=true")]
    Task<HttpResponseMessage> GetDocumentAsync(string keyspace, string id, CancellationToken cancellationToken);

    /// <summary>The parent revision is in the query, because the quoting of <c>If-Match</c> differs between versions.</summary>
    [Put("/{keyspace}/{id}")]
    Task<HttpResponseMessage> PutDocumentAsync(
        string keyspace,
        string id,
        [Encoded, AliasAs("rev")] string revision,
        [Body] HttpContent document,
        CancellationToken cancellationToken);

    /// <summary>The answer is returned when its headers have arrived.</summary>
    [Get("/{keyspace}/{id}/{name}")]
    [Headers("Accept: */*")]
    Task<HttpResponseMessage> GetAttachmentAsync(
        string keyspace,
        string id,
        string name,
        [Encoded, AliasAs("rev")] string revision,
        CancellationToken cancellationToken);

    /// <summary>Writes a revision whose id the body has in <c>_revisions</c>.</summary>
    [Put("/{keyspace}/{id}?new_edits=false")]
    Task<HttpResponseMessage> PutRevisionAsync(string keyspace, string id, [Body] HttpContent document, CancellationToken cancellationToken);

    [Get("/")]
    Task<HttpResponseMessage> GetServerAsync(CancellationToken cancellationToken);

    [Get("/{database}/")]
    Task<HttpResponseMessage> GetDatabaseAsync(string database, CancellationToken cancellationToken);

    /// <summary>Parameters that are null are not sent.</summary>
    [Get("/{keyspace}/_changes?feed=longpoll")]
    Task<HttpResponseMessage> GetChangesAsync(
        string keyspace,
        string since,
        int limit,
        [AliasAs("timeout")] long milliseconds,
        [AliasAs("include_docs")] string withDocuments,
        string? filter,
        string? channels,
        CancellationToken cancellationToken);

    [Get("/{keyspace}/_local/{name}")]
    Task<HttpResponseMessage> GetLocalAsync(string keyspace, string name, CancellationToken cancellationToken);

    [Put("/{keyspace}/_local/{name}")]
    Task<HttpResponseMessage> PutLocalAsync(string keyspace, string name, [Body] HttpContent document, CancellationToken cancellationToken);
}
