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

    [LoggerMessage(5004, LogLevel.Warning,
        "The operator page is not told what this process does, which changes nothing for the work: {Reason} ({Suppressed} more were not logged)")]
    public static partial void PresenceNotPublished(this ILogger log, string reason, int suppressed);

    [LoggerMessage(5005, LogLevel.Debug, "The connection for the operator page was not closed in order: {Reason}")]
    public static partial void PresenceNotClosed(this ILogger log, string reason);

    [LoggerMessage(5010, LogLevel.Warning, "The bus is restarted, because it does not work although the queues are declared: {Reason}")]
    public static partial void BusRestarts(this ILogger log, string reason);

    [LoggerMessage(5011, LogLevel.Error, "The bus could not be restarted, and is tried again: {Reason}")]
    public static partial void BusRestartFailed(this ILogger log, string reason);

    [LoggerMessage(5013, LogLevel.Warning, "{Action} is paused {Pause}. This process takes none of its messages; what it holds is finished")]
    public static partial void ActionPaused(this ILogger log, string action, string pause);

    [LoggerMessage(5014, LogLevel.Information, "{Action} is resumed: this process takes its messages again")]
    public static partial void ActionResumed(this ILogger log, string action);

    [LoggerMessage(5015, LogLevel.Error, "The consumers of {Action} could not be started or stopped, which is tried again: {Reason}")]
    public static partial void ConsumersNotChanged(this ILogger log, string action, string reason);

    [LoggerMessage(5016, LogLevel.Error, "Whether {Action} is paused cannot be read, so it stays what it was; a process that has just started consumes nothing: {Reason}")]
    public static partial void PauseNotRead(this ILogger log, string action, string reason);

    [LoggerMessage(EventId = 5012, Message = "{Text} {Reason} ({Suppressed} of its kind were not logged)")]
    public static partial void BusEvent(
        this ILogger log, LogLevel level, Exception? error, string text, string? reason, int suppressed);
}
