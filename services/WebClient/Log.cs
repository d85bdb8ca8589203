namespace OfflineActions.WebClient;

/// <summary>Log events of the web client: 7000 to 7999.</summary>
internal static partial class Log
{
    [LoggerMessage(7001, LogLevel.Warning, "Sync Gateway was not reached for the page ({Error}): {Reason} ({Suppressed} more were not logged)")]
    public static partial void SyncGatewayNotReached(this ILogger log, string error, string reason, int suppressed);
}
