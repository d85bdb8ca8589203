namespace SyncGateway;

/// <summary>Reads and writes documents over Sync Gateway's REST API, and tells apart, once and here, every way that can end.</summary>
public sealed class SyncGatewayClient
{
    /// <summary>Reads a document's winning revision.</summary>
    public Task<ReadOutcome> Read(string keyspace, string id, CancellationToken cancelled) => throw new NotImplementedException();

    /// <summary>Replaces exactly the revision that <paramref name="document"/> names.</summary>
    public Task<WriteOutcome> Write(string keyspace, Document document, CancellationToken cancelled) => throw new NotImplementedException();
}
