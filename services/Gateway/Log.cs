namespace Gateway;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Debug, "Published {Request} of {DocumentId} at {Revision}")]
    public static partial void RequestPublished(this ILogger log, string request, string documentId, string revision);

    [LoggerMessage(1002, LogLevel.Warning, "Not published: {Request} of {DocumentId} at {Revision}. {Reason}")]
    public static partial void RequestNotPublished(this ILogger log, string request, string documentId, string revision, string reason);

    [LoggerMessage(1003, LogLevel.Warning,
        "{DocumentId} asks for {Request}, which no action here answers. Most likely a typo in the app; said once an hour for each name.")]
    public static partial void RequestUnrouted(this ILogger log, string request, string documentId);
}
