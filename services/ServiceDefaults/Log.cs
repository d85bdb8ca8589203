using Microsoft.Extensions.Logging;

namespace ServiceDefaults;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "All queues stand")]
    public static partial void TopologyDeclared(this ILogger log);

    [LoggerMessage(4002, LogLevel.Error, "Not ready: {Reason}")]
    public static partial void TopologyMissing(this ILogger log, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "A message of {Queue} could not be put off, try {Try}")]
    public static partial void RedeliveryFailed(this ILogger log, Exception error, string queue, int @try);

    [LoggerMessage(4004, LogLevel.Information,
        "The broker is another one, or queues were deleted, or nothing is known of it: what was published before counts no longer. Marked as {Marker}")]
    public static partial void IncarnationChanged(this ILogger log, string marker);
}
