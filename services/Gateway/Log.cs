using System.Net;

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
        "{DocumentId} requests {Request}, which is not in the catalog: {Known}. Most likely a typo in the app. Logged once an hour for each name.")]
    public static partial void RequestUnrouted(this ILogger log, string request, string documentId, string known);

    [LoggerMessage(1004, LogLevel.Warning, "A webhook from {Source} is refused: {Reason} ({Suppressed} more were not logged)")]
    public static partial void WebhookRefused(this ILogger log, IPAddress source, string reason, int suppressed);

    [LoggerMessage(1005, LogLevel.Warning,
        "Connections of {Source} are closed: it has {Limit} open (Gateway:ConnectionsPerSource) ({Suppressed} more were not logged)")]
    public static partial void ConnectionRefused(this ILogger log, IPAddress source, int limit, int suppressed);

    [LoggerMessage(1101, LogLevel.Information, "Catch-up of {Keyspace}: this gateway follows its changes from {Since}")]
    public static partial void CatchUpFollows(this ILogger log, string keyspace, string since);

    [LoggerMessage(1102, LogLevel.Information, "Catch-up of {Keyspace}: another gateway follows its changes")]
    public static partial void CatchUpStandsBy(this ILogger log, string keyspace);

    [LoggerMessage(1103, LogLevel.Error, "Catch-up of {Keyspace} failed: {Reason}")]
    public static partial void CatchUpFailed(this ILogger log, string keyspace, string reason);

    [LoggerMessage(1104, LogLevel.Information, "Catch-up of {Keyspace} works again")]
    public static partial void CatchUpRecovered(this ILogger log, string keyspace);

    [LoggerMessage(1106, LogLevel.Information,
        "Catch-up of {Keyspace}: the Sync Gateway process has changed, or is the first one. Changes are read from {Since} (0: all)")]
    public static partial void DatabaseChanged(this ILogger log, string keyspace, string since);

    [LoggerMessage(1107, LogLevel.Warning, "Catch-up of {Keyspace}: the lease is lost: {Reason}. This gateway asks for it again.")]
    public static partial void LeaseLost(this ILogger log, string keyspace, string? reason);

    [LoggerMessage(1108, LogLevel.Warning,
        "Catch-up of {Keyspace}: the broker does not confirm messages. Open requests stay due and will be published later.")]
    public static partial void BrokerRefuses(this ILogger log, string keyspace);

    [LoggerMessage(1109, LogLevel.Warning,
        "Catch-up of {Keyspace}: new broker or queues detected: {Count} open requests will be republished")]
    public static partial void QueuesChanged(this ILogger log, string keyspace, int count);

    [LoggerMessage(1110, LogLevel.Warning,
        "Catch-up of {Keyspace}: more than {Limit} requests are open (Gateway:MaxOpenRequests). The others are found by scanning again")]
    public static partial void OpenRequestsOverflow(this ILogger log, string keyspace, int limit);

    [LoggerMessage(1111, LogLevel.Warning, "Catch-up of {Keyspace}: the last checkpoint was not stored, so the next gateway reads a little more")]
    public static partial void LastCheckpointNotStored(this ILogger log, string keyspace);

    [LoggerMessage(1112, LogLevel.Error, "Catch-up of {Keyspace} failed and starts again")]
    public static partial void CatchUpError(this ILogger log, Exception error, string keyspace);

    [LoggerMessage(1113, LogLevel.Warning,
        "Catch-up of {Keyspace}: the broker does not say how many messages of {Request} wait: {Reason}. Requests that seem to have no message "
        + "are published a few at a time, the first one after 30 s")]
    public static partial void MessagesNotCounted(this ILogger log, string keyspace, string request, string reason);

    [LoggerMessage(1114, LogLevel.Information, "Catch-up of {Keyspace}: the broker says again how many messages of {Request} wait")]
    public static partial void MessagesCounted(this ILogger log, string keyspace, string request);

    [LoggerMessage(1115, LogLevel.Information,
        "Catch-up of {Keyspace}: {Count} of {Request} seem to have no message. A worker may hold it for as long as the slowest answer of the last "
        + "minutes took, so the oldest is published in {Seconds} s, or sooner")]
    public static partial void WaitsForAnswers(this ILogger log, string keyspace, long count, string request, long seconds);

    [LoggerMessage(1201, LogLevel.Information, "Schedules that run: {Count}. The first one that is due is {Schedule}, at {Due:yyyy-MM-dd'T'HH:mm:ss'Z'}")]
    public static partial void SchedulesRun(this ILogger log, int count, string schedule, DateTimeOffset? due);

    [LoggerMessage(1202, LogLevel.Information, "Schedule {Schedule} is new, so it has missed nothing. It is due at {Due:yyyy-MM-dd'T'HH:mm:ss'Z'}")]
    public static partial void ScheduleIsNew(this ILogger log, string schedule, DateTimeOffset? due);

    [LoggerMessage(1203, LogLevel.Debug, "Schedule {Schedule}: wrote {DocumentId}")]
    public static partial void ScheduleWritten(this ILogger log, string schedule, string documentId);

    [LoggerMessage(1204, LogLevel.Information, "Schedule {Schedule}: wrote {DocumentId}, which was missed, {Late} s late")]
    public static partial void ScheduleMadeUp(this ILogger log, string schedule, string documentId, long late);

    [LoggerMessage(1205, LogLevel.Error,
        "Schedule {Schedule}: Sync Gateway refuses {DocumentId} ({Status}, {Reason}). It is not tried again; the next due time is.")]
    public static partial void ScheduleRefused(this ILogger log, string schedule, string documentId, int status, string reason);

    [LoggerMessage(1206, LogLevel.Error, "Schedule {Schedule} cannot write: {Reason}. It is tried again.")]
    public static partial void ScheduleFailed(this ILogger log, string schedule, string reason);

    [LoggerMessage(1207, LogLevel.Information, "Schedule {Schedule} works again")]
    public static partial void ScheduleRecovered(this ILogger log, string schedule);

    [LoggerMessage(1208, LogLevel.Error, "Schedule {Schedule} failed and goes on")]
    public static partial void ScheduleError(this ILogger log, Exception error, string schedule);
}
