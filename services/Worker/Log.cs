using OfflineActions.Worker.Processing;

namespace OfflineActions.Worker;

internal static partial class Log
{
    public static void AttemptEnded(this ILogger log, string request, string documentId, string revision, int attempt, RunOutcome outcome)
    {
        switch (outcome)
        {
            case RunOutcome.Completed { HasWritten: true }:
                log.Succeeded(request, documentId, revision, attempt);
                break;
            case RunOutcome.Failed failed:
                log.Failed(request, documentId, revision, attempt, failed.Code, failed.Reason);
                break;
            case RunOutcome.Deferred postponed:
                log.Deferred(request, documentId, revision, attempt, postponed.Reason);
                break;
            default:
                log.NothingToDo(request, documentId, revision);
                break;
        }
    }

    [LoggerMessage(2001, LogLevel.Information, "Done: {Request} of {DocumentId} at {Revision}, attempt {Attempt}")]
    private static partial void Succeeded(this ILogger log, string request, string documentId, string revision, int attempt);

    [LoggerMessage(2002, LogLevel.Debug, "Nothing to do: {DocumentId} at {Revision} asks for {Request} no more")]
    private static partial void NothingToDo(this ILogger log, string request, string documentId, string revision);

    [LoggerMessage(2003, LogLevel.Warning, "Will try again: {Request} of {DocumentId} at {Revision}, attempt {Attempt}. {Reason}")]
    private static partial void Deferred(
        this ILogger log, string request, string documentId, string revision, int attempt, string reason);

    [LoggerMessage(2004, LogLevel.Error, "Given up: {Request} of {DocumentId} at {Revision}, attempt {Attempt}. {Code}: {Reason}")]
    private static partial void Failed(
        this ILogger log, string request, string documentId, string revision, int attempt, string code, string reason);

    [LoggerMessage(2005, LogLevel.Error, "{Handler} threw while it worked on {DocumentId} at {Revision}")]
    public static partial void HandlerThrew(this ILogger log, Exception error, string handler, string documentId, string revision);

    [LoggerMessage(2006, LogLevel.Error, "{Failed} of the last {Tries} tries failed: nothing is tried for {Pause}")]
    public static partial void CircuitBreakerOpened(this ILogger log, int failed, int tries, TimeSpan pause);

    [LoggerMessage(2007, LogLevel.Warning, "Could not send the message about {DocumentId} to its delay queue, attempt {Attempt}")]
    public static partial void RedeliveryFailed(this ILogger log, Exception error, string documentId, int attempt);
}
