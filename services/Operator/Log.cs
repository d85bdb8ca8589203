using Microsoft.Extensions.Logging;

namespace OfflineActions.Operator;

/// <summary>Log events of the operator page: 8000 to 8999. 8001 to 8003, 8007 and 8008 are the audit of who did what.</summary>
internal static partial class Log
{
    [LoggerMessage(8001, LogLevel.Information, "{User} began {Act} {Job}, of {Count}: {Selection}")]
    public static partial void ActBegan(this ILogger log, string user, string act, string job, string count, string selection);

    [LoggerMessage(8002, LogLevel.Information, "{Act} {Job} of {User} ended as {State}: {Outcome}")]
    public static partial void ActEnded(this ILogger log, string user, string act, string job, string state, string outcome);

    [LoggerMessage(8003, LogLevel.Warning, "{User} may not act, and was refused: {Method} {Path}")]
    public static partial void ActRefused(this ILogger log, string user, string method, string path);

    [LoggerMessage(8004, LogLevel.Warning, "Somebody could not sign in as {User} from {Address}")]
    public static partial void LoginFailed(this ILogger log, string user, string address);

    [LoggerMessage(8005, LogLevel.Information, "{User} was shown the document {DocumentId} of {Keyspace}")]
    public static partial void DocumentShown(this ILogger log, string user, string documentId, string keyspace);

    [LoggerMessage(8006, LogLevel.Error, "Job {Job} failed")]
    public static partial void JobFailed(this ILogger log, Exception error, string job);

    [LoggerMessage(8007, LogLevel.Information, "{User} paused {Action}: {Reason}")]
    public static partial void PausedAction(this ILogger log, string user, string action, string reason);

    [LoggerMessage(8008, LogLevel.Information, "{User} resumed {Action}, which was paused {Pause}")]
    public static partial void ResumedAction(this ILogger log, string user, string action, string pause);

    [LoggerMessage(8010, LogLevel.Error, "The state of the system could not be read")]
    public static partial void StateNotRead(this ILogger log, Exception error);
}
