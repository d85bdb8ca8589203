namespace OfflineActions.Worker.Actions.Person;

internal static partial class PersonLog
{
    [LoggerMessage(2101, LogLevel.Warning, "SWAPI at {Host} failed on {Path}. {Reason}")]
    public static partial void HostFailed(this ILogger log, string host, string path, string reason);

    [LoggerMessage(2102, LogLevel.Debug, "SWAPI at {Host} is not asked: it failed too often lately")]
    public static partial void HostSkipped(this ILogger log, string host);
}
