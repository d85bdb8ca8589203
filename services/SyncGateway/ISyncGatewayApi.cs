using Refit;

namespace SyncGateway;

/// <summary>The part of Sync Gateway's REST API that is used. Answers come as they are: what they mean is decided elsewhere.</summary>
[Headers("Accept: application/json")]
internal interface ISyncGatewayApi
{
    /// <summary>Both segments as <see cref="DocumentAddress"/> makes them. <c>show_exp</c> adds <c>_exp</c>, without which a write would clear it.</summary>
    [Get("/{keyspace}/{id}?show_exp=true")]
    Task<HttpResponseMessage> GetDocument(string keyspace, string id, CancellationToken cancelled);

    /// <summary>Names the parent in the query: the quoting of <c>If-Match</c> differs between versions.</summary>
    [Put("/{keyspace}/{id}")]
    Task<HttpResponseMessage> PutDocument(
        string keyspace,
        string id,
        [Encoded, AliasAs("rev")] string revision,
        [Body] HttpContent document,
        CancellationToken cancelled);

    /// <summary>Null parameters are left out.</summary>
    [Get("/{keyspace}/_changes?feed=longpoll")]
    Task<HttpResponseMessage> GetChanges(
        string keyspace,
        string since,
        int limit,
        [AliasAs("timeout")] long milliseconds,
        [AliasAs("include_docs")] string withDocuments,
        string? filter,
        string? channels,
        CancellationToken cancelled);

    [Get("/{keyspace}/_local/{name}")]
    Task<HttpResponseMessage> GetLocal(string keyspace, string name, CancellationToken cancelled);

    [Put("/{keyspace}/_local/{name}")]
    Task<HttpResponseMessage> PutLocal(string keyspace, string name, [Body] HttpContent document, CancellationToken cancelled);
}
