namespace OfflineActions.Emulators;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "Webhook queue full: event of {DocumentId} at {Revision} discarded")]
    public static partial void WebhookDropped(this ILogger log, string documentId, string revision);

    [LoggerMessage(4002, LogLevel.Warning, "Webhook filter failed for {DocumentId}, webhook not sent: {Reason}")]
    public static partial void WebhookFilterFailed(this ILogger log, string documentId, string reason);

    [LoggerMessage(4003, LogLevel.Warning, "Webhook of {DocumentId} to {Url} failed, no retry: {Reason}")]
    public static partial void WebhookFailed(this ILogger log, string documentId, Uri url, string reason);

    [LoggerMessage(4004, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger log, Exception error, string method, string path);

    [LoggerMessage(4005, LogLevel.Warning, "Settings without effect in the emulator: {Settings}")]
    public static partial void ConfigurationIgnored(this ILogger log, string settings);

    [LoggerMessage(4006, LogLevel.Information, "JavaScript of the {Use}: {Text}")]
    public static partial void ScriptOutput(this ILogger log, Scripts.ScriptUse use, string text);

    [LoggerMessage(4007, LogLevel.Error, "JavaScript of the {Use}: {Text}")]
    public static partial void ScriptError(this ILogger log, Scripts.ScriptUse use, string text);

    [LoggerMessage(4008, LogLevel.Warning, "Sync function failed for {DocumentId}: {Reason}")]
    public static partial void SyncFunctionFailed(this ILogger log, string documentId, string reason);
}
