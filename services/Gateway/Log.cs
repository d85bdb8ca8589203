namespace OfflineActions.Gateway;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Debug, "Published {Request} of {DocumentId} at {Revision}")]
    public static partial void RequestPublished(this ILogger log, string request, string documentId, string revision);

    [LoggerMessage(1002, LogLevel.Warning,
        "Not published: {Request} of {DocumentId} at {Revision}. {Reason} ({Suppressed} more were not logged)")]
    public static partial void RequestNotPublished(
        this ILogger log, string request, string documentId, string revision, string reason, int suppressed);

    [LoggerMessage(1003, LogLevel.Warning,
        "{DocumentId} requests {Request}, which is not in the catalog. Most likely a typo in the app. Logged once an hour for each name.")]
    public static partial void RequestUnrouted(this ILogger log, string request, string documentId);

    [LoggerMessage(1101, LogLevel.Information, "Catch-up of {Keyspace}: this gateway follows its changes from {Since}")]
    public static partial void CatchUpFollows(this ILogger log, string keyspace, string since);

    [LoggerMessage(1102, LogLevel.Information, "Catch-up of {Keyspace}: another gateway follows its changes")]
    public static partial void CatchUpStandsBy(this ILogger log, string keyspace);

    [LoggerMessage(1103, LogLevel.Error, "Catch-up of {Keyspace} failed: {Reason}")]
    public static partial void CatchUpFailed(this ILogger log, string keyspace, string reason);

    [LoggerMessage(1104, LogLevel.Information, "Catch-up of {Keyspace} works again")]
    public static partial void CatchUpRecovered(this ILogger log, string keyspace);

    [LoggerMessage(1105, LogLevel.Warning,
        "The checkpoint of {Keyspace} (_local/{Name}) was not written by a gateway with this Gateway:WebhookPassword. "
        + "It will be replaced, and all changes read again.")]
    public static partial void CheckpointForged(this ILogger log, string keyspace, string name);

    [LoggerMessage(1106, LogLevel.Warning,
        "The checkpoint of {Keyspace} is missing or older than the last one: the database was replaced or restored. "
        + "All open requests will be republished.")]
    public static partial void CheckpointForeign(this ILogger log, string keyspace);

    [LoggerMessage(1107, LogLevel.Warning, "Catch-up of {Keyspace}: the lease is lost, most likely to another gateway")]
    public static partial void LeaseLost(this ILogger log, string keyspace);

    [LoggerMessage(1108, LogLevel.Warning,
        "Catch-up of {Keyspace}: the broker does not confirm messages. Open requests stay due and will be published later.")]
    public static partial void BrokerRefuses(this ILogger log, string keyspace);

    [LoggerMessage(1109, LogLevel.Warning,
        "Catch-up of {Keyspace}: new broker or queues detected: {Count} open requests will be republished")]
    public static partial void BrokerReplaced(this ILogger log, string keyspace, int count);

    [LoggerMessage(1110, LogLevel.Warning,
        "Catch-up of {Keyspace}: more than {Bound} requests are open (Gateway:MaxOpenRequests). "
        + "Those beyond are published again with each scan.")]
    public static partial void OpenRequestsOverflow(this ILogger log, string keyspace, int bound);

    [LoggerMessage(1111, LogLevel.Warning,
        "Catch-up of {Keyspace}: the last checkpoint was not written, so the next gateway starts from an older one. {Reason}")]
    public static partial void LastCheckpointNotWritten(this ILogger log, string keyspace, string reason);
}
