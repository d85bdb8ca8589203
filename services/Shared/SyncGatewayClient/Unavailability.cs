namespace OfflineActions.SyncGateway;

/// <summary>
/// Why Sync Gateway cannot be used now. Every outcome carries it in its case <c>Unavailable</c>, and every caller does the same with it:
/// wait and try again. A wrong address, keyspace, user or channel is one of the reasons: it lasts until the configuration is corrected.
/// </summary>
/// <param name="Reason">A sentence for an operator. It names the setting when one is wrong.</param>
/// <param name="RetryAfter">How long Sync Gateway asked to wait; null when it did not.</param>
public sealed record Unavailability(string Reason, TimeSpan? RetryAfter = null);
