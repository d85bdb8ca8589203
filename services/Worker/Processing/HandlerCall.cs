using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>Runs a handler so that it ends in time with a result, whatever the handler does.</summary>
internal static class HandlerCall
{
    /// <summary>The result of a handler that threw an exception.</summary>
    public static readonly ActionResult.TransientFailure InternalError = new(FailureCodes.InternalError, "Something went wrong on our side.");

    /// <summary>How long a handler may take to end after its token has fired. After that it is abandoned.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Runs <paramref name="handler"/> for at most its timeout and a second.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    /// <exception cref="SyncGatewayUnavailableException">Sync Gateway could not send an attachment: not a failure of the action.</exception>
    /// <exception cref="AttachmentChangedException">The document has changed.</exception>
    public static async Task<ActionResult> PerformAsync(
        IActionHandler handler, ActionRequest request, ILogger log, CancellationToken cancellationToken)
    {
        var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Never disposed, because the timeout may fire while the handler ends.
        var giveUp = new CancellationTokenSource();
        timeout.Token.Register(() => giveUp.CancelAfter(Grace));

        // On another thread, because a handler may block before its first await. Its time begins when a thread is free for it.
        var performing = handler.Computes ? ComputingThread.RunAsync(BeginAsync) : Task.Run(BeginAsync, CancellationToken.None);
        try
        {
            return Check(await performing.WaitAsync(giveUp.Token), handler, request, log);
        }
        catch (OperationCanceledException) when (!performing.IsCompleted)
        {
            // It still runs, and nothing can end it. The request and this worker's capacity must not wait for it.
            log.HandlerAbandoned(handler.GetType().Name, request.DocumentId, request.Revision, handler.Timeout);
            cancellationToken.ThrowIfCancellationRequested();
            return TimedOut;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TimedOut;
        }
        catch (Exception error)
            when (error is not (OperationCanceledException or SyncGatewayUnavailableException or AttachmentChangedException))
        {
            // A handler may throw anything. The app must get its failure all the same, so the exception ends here, in the log.
            log.HandlerThrew(error, handler.GetType().Name, request.DocumentId, request.Revision);
            return InternalError;
        }
        finally
        {
            ReleaseWhenEnded(performing, timeout);
        }

        Task<ActionResult> BeginAsync()
        {
            timeout.Token.ThrowIfCancellationRequested();
            timeout.CancelAfter(handler.Timeout);
            return handler.PerformAsync(request, timeout.Token);
        }
    }

    /// <summary>A result that would destroy what the app or the worker has in the document is the handler's fault, and never written.</summary>
    private static ActionResult Check(ActionResult result, IActionHandler handler, ActionRequest request, ILogger log)
    {
        if (ReservedProperties.Find(result) is not { } property)
        {
            return result;
        }

        log.ResultRefused(handler.GetType().Name, property, request.DocumentId, request.Revision);
        return new ActionResult.PermanentFailure(
            FailureCodes.InvalidResult, $"The result has a property '{property}', which is not the action's to write. Nothing of it was saved.");
    }

    private static ActionResult.TransientFailure TimedOut => new(FailureCodes.TimedOut, "It took too long.");

    // Not before: an abandoned handler still uses its token. Reading the exception keeps it from being reported as unobserved.
    private static void ReleaseWhenEnded(Task performing, CancellationTokenSource timeout) => performing.ContinueWith(
        ended =>
        {
            _ = ended.Exception;
            timeout.Dispose();
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
