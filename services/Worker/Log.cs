using OfflineActions.Worker.Processing;

namespace OfflineActions.Worker;

internal static partial class Log
{
    public static void AttemptEnded(this ILogger log, Attempt attempt, RunOutcome outcome)
    {
        var (request, id, revision, number) = (
            attempt.States.Request,
            attempt.Message.DocumentId,
            attempt.Message.Revision,
            attempt.Number);
        switch (outcome)
        {
            case RunOutcome.Completed { HasWritten: true }:
                log.Succeeded(request, id, revision, number);
                break;
            case RunOutcome.Completed:
                log.NothingToDo(request, id, revision);
                break;
            case RunOutcome.Deferred deferred:
                log.Deferred(request, id, revision, number, deferred.Reason);
                break;
            case RunOutcome.Failed failed:
                log.Failed(request, id, revision, number, failed.Code, failed.Reason);
                break;
        }
    }

    [LoggerMessage(2001, LogLevel.Debug, "Done: {Request} of {DocumentId} at {Revision}, attempt {Attempt}")]
    private static partial void Succeeded(this ILogger log, string request, string documentId, string revision, int attempt);

    [LoggerMessage(2002, LogLevel.Debug, "Nothing to do: {DocumentId} at {Revision} no longer requests {Request}")]
    private static partial void NothingToDo(this ILogger log, string request, string documentId, string revision);

    [LoggerMessage(2003, LogLevel.Warning, "Deferred: {Request} of {DocumentId} at {Revision}, attempt {Attempt}. {Reason}")]
    private static partial void Deferred(
        this ILogger log, string request, string documentId, string revision, int attempt, string reason);

    [LoggerMessage(2004, LogLevel.Error, "Failed: {Request} of {DocumentId} at {Revision}, attempt {Attempt}. {Code}: {Reason}")]
    private static partial void Failed(
        this ILogger log, string request, string documentId, string revision, int attempt, string code, string reason);

    [LoggerMessage(2015, LogLevel.Debug, "The delay is not shown in {DocumentId} at {Revision}: {Reason}")]
    public static partial void ProgressNotWritten(this ILogger log, string documentId, string revision, string reason, Exception? error);

    [LoggerMessage(2005, LogLevel.Error, "{Handler} threw an exception for {DocumentId} at {Revision}")]
    public static partial void HandlerThrew(this ILogger log, Exception error, string handler, string documentId, string revision);

    [LoggerMessage(2016, LogLevel.Error,
        "{Handler} returned a property '{Property}' for {DocumentId} at {Revision}, which no result may have: give it another name")]
    public static partial void ResultRefused(this ILogger log, string handler, string property, string documentId, string revision);

    [LoggerMessage(2006, LogLevel.Error, "Circuit breaker open for {Pause}: {Failed} of {Attempts} attempts failed")]
    public static partial void CircuitBreakerOpened(this ILogger log, int failed, int attempts, TimeSpan pause);

    [LoggerMessage(2007, LogLevel.Warning,
        "Could not send the message of {DocumentId} to its delay queue, attempt {Attempt}: {Reason} ({Suppressed} more were not logged)")]
    public static partial void RedeliveryFailed(this ILogger log, string documentId, int attempt, string reason, int suppressed);

    [LoggerMessage(2008, LogLevel.Error, "An attempt at {DocumentId} at {Revision} threw an exception, attempt {Attempt}")]
    public static partial void AttemptThrew(this ILogger log, Exception error, string documentId, string revision, int attempt);

    [LoggerMessage(2009, LogLevel.Error,
        "{Handler} ignored its cancellation token for {DocumentId} at {Revision} after {Timeout}. It is abandoned and may run for ever")]
    public static partial void HandlerAbandoned(
        this ILogger log, string handler, string documentId, string revision, TimeSpan timeout);

    [LoggerMessage(2010, LogLevel.Error,
        "Could not send the message of {DocumentId} to its delay queue for {Time}: handed back to the broker. {Reason} "
        + "({Suppressed} more were not logged)")]
    public static partial void HandedBack(this ILogger log, string documentId, TimeSpan time, string reason, int suppressed);

    [LoggerMessage(2011, LogLevel.Information, "Done: {Count} of {Request}")]
    public static partial void Done(this ILogger log, int count, string request);
}
