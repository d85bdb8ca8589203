using Microsoft.Extensions.Logging;

namespace OfflineActions.Messaging;

internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Information, "Topology declared")]
    public static partial void TopologyDeclared(this ILogger log);

    [LoggerMessage(5002, LogLevel.Error, "Topology not declared: {Reason}")]
    public static partial void TopologyMissing(this ILogger log, string reason);

    [LoggerMessage(5003, LogLevel.Information, "New broker or queues detected. Marker: {Marker}")]
    public static partial void IncarnationChanged(this ILogger log, string marker);
}
