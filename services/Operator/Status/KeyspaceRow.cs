namespace OfflineActions.Operator.Status;

/// <summary>One keyspace.</summary>
internal sealed record KeyspaceRow(string Keyspace, int OpenRequests);
