using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Makes one attempt at a request: reads the document, performs the action if the document still requests it, and writes the result to
/// exactly the revision that was read. After a conflict it reads and decides again; a result is kept while its inputs stay the same.
/// </summary>
internal sealed class ActionRunner(
    SyncGatewayClient documents,
    UnanswerableRequests unanswerable,
    ProgressWriter notes,
    ActionCatalog catalog,
    TimeProvider clock,
    SyncGatewayHealthCheck health,
    WorkerTelemetry telemetry,
    ILogger<ActionRunner> log)
{
    /// <summary>How often an attempt reads and writes while each write ends in a conflict (409). Then the message is deferred.</summary>
    private const int MaxWrites = 5;

    private readonly ReadableKeyspaces readable = new(clock);

    /// <summary>Makes one attempt, which takes at most the time of <paramref name="turn"/>.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="turn">Its slot for reading and writing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<RunOutcome> RunAsync(Attempt attempt, Turn turn, CancellationToken cancellationToken)
    {
        health.Add(attempt.Message.Keyspace);
        using var span = AttemptSpan.Start(attempt);
        var outcome = await RunInTimeAsync(attempt, span, turn, cancellationToken);
        telemetry.Record(attempt, outcome, turn.NotBefore, clock.GetUtcNow(), span);
        log.AttemptEnded(attempt, outcome);
        return outcome;
    }

    private async Task<RunOutcome> RunInTimeAsync(Attempt attempt, AttemptSpan span, Turn turn, CancellationToken cancellationToken)
    {
        if (MessageFault.Find(attempt.Message) is { } fault)
        {
            return new RunOutcome.Failed(FailureCodes.InvalidMessage, fault, Revision: null);
        }

        var progress = new Progress(turn, span) { PendingFailure = attempt.PendingFailure };
        try
        {
            var outcome = await RunSafelyAsync(attempt, progress, turn.Token);
            if (outcome is RunOutcome.Failed { Revision: null })
            {
                var message = attempt.Message;
                await unanswerable.AddAsync(message.Keyspace, message.DocumentId, progress.Revision ?? message.Revision, turn.Token);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Not the handler's fault, whose own timeout fits into this one.
            return new RunOutcome.Deferred(
                DeferralCause.SyncGatewayUnavailable,
                $"Sync Gateway, or changes of the document meanwhile, used up {turn.TimeLimit} (Worker:DeliveryTimeout).",
                PendingFailure: progress.PendingFailure);
        }
    }

    private async Task<RunOutcome> RunSafelyAsync(Attempt attempt, Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            return await RunWithConflictRetriesAsync(attempt, progress, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // There is no document to write to, or not even the failure can be written. Attempts are counted all the same.
            log.AttemptThrew(error, attempt.Message.DocumentId, attempt.Message.Revision, attempt.Number);
            return attempt.IsLast
                ? new RunOutcome.Failed(HandlerCall.InternalError.Code, error.Message, Revision: null, IsTransient: true)
                : new RunOutcome.Deferred(
                    DeferralCause.TransientFailure,
                    $"{HandlerCall.InternalError.Code}: {error.Message}",
                    PendingFailure: progress.PendingFailure);
        }
    }

    private async Task<RunOutcome> RunWithConflictRetriesAsync(Attempt attempt, Progress progress, CancellationToken cancellationToken)
    {
        for (var retries = 0; retries < MaxWrites; retries++)
        {
            var read = await documents.ReadAsync(attempt.Message.Keyspace, attempt.Message.DocumentId, cancellationToken);
            if (read is not ReadOutcome.Found { Document: var document, Bytes: var bytes })
            {
                return EndWithoutDocument(attempt, read);
            }

            readable.Add(attempt.Message.Keyspace);
            (progress.DocumentBytes, progress.Revision) = (bytes, document.Revision);
            progress.Span.Continue(document);
            if (await AnswerAsync(attempt, document, progress, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return new RunOutcome.Deferred(
            DeferralCause.SyncGatewayUnavailable,
            $"The document changed during each of {MaxWrites} writes.",
            PendingFailure: attempt.PendingFailure);
    }

    /// <summary>
    /// Decides on a document that was read. Any app user can write any document, so an exception that one causes is a failed attempt like
    /// every other: the request ends with a code in its document, and no message circulates or vanishes.
    /// </summary>
    /// <returns>Null after a conflict.</returns>
    private async Task<RunOutcome?> AnswerAsync(Attempt attempt, Document document, Progress progress, CancellationToken cancellationToken)
    {
        if (!DocumentTransitions.IsRequest(document, attempt.States, attempt.Message.Revision))
        {
            return RunOutcome.WithoutRequest(attempt, document);
        }

        try
        {
            return await PerformAndWriteAsync(attempt, document, progress, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.AttemptThrew(error, attempt.Message.DocumentId, document.Revision, attempt.Number);
            return await WriteResultAsync(attempt, document, HandlerCall.InternalError, progress, cancellationToken);
        }
    }

    /// <returns>Null after a conflict.</returns>
    private async Task<RunOutcome?> PerformAndWriteAsync(
        Attempt attempt, Document document, Progress progress, CancellationToken cancellationToken)
    {
        if (attempt.PendingFailure is { } pending && pending.Revision == document.Revision)
        {
            return await WriteFailureAsync(attempt, document, pending, progress, cancellationToken);
        }

        var now = clock.GetUtcNow();
        switch (Chain.FindFault(document, catalog) is { } fault ? new RequestWindow.Rejected(fault) : RequestWindow.Read(document, now))
        {
            case RequestWindow.NotYetOpen { Remaining: var remaining } when attempt.Handler is not FixedResultHandler:
                return new RunOutcome.Deferred(DeferralCause.NotBefore, $"Not before {now + remaining:O}.", remaining);
            case RequestWindow.Rejected { Failure: var failure }:
                return await FailAsync(attempt, document, failure, isTransient: false, progress, cancellationToken);
            case RequestWindow.Open { NotBefore: var notBefore }:
                progress.Turn.NotBefore = notBefore;
                break;
        }

        try
        {
            progress.Performed = await PerformAsync(attempt, document, progress, cancellationToken);
        }
        catch (SyncGatewayUnavailableException error)
        {
            return new RunOutcome.Deferred(DeferralCause.SyncGatewayUnavailable, error.Cause.Reason, error.Cause.RetryAfter);
        }
        catch (AttachmentChangedException) when (progress.ChangedRevision != document.Revision)
        {
            progress.ChangedRevision = document.Revision;
            return null;
        }
        catch (AttachmentChangedException error)
        {
            var lost = new ActionResult.PermanentFailure(FailureCodes.UnreadableAttachment, error.Message);
            return await WriteResultAsync(attempt, document, lost, progress, cancellationToken);
        }

        return await WriteResultAsync(attempt, document, progress.Performed.Result, progress, cancellationToken);
    }

    /// <summary>Runs the handler, unless the result before the last conflict was for the same inputs.</summary>
    private async Task<PerformedAction> PerformAsync(
        Attempt attempt, Document document, Progress progress, CancellationToken cancellationToken)
    {
        var inputs = DocumentTransitions.SelectInputs(document, attempt.Handler.Inputs);
        if (progress.Performed is { } previous && DocumentTransitions.IsSame(previous.Inputs, inputs))
        {
            return previous;
        }

        var request = new ActionRequest(attempt.Message.DocumentId, attempt.Message.Revision, inputs)
        {
            Attachments = DocumentAttachments.Select(documents, attempt.Message.Keyspace, document, attempt.Handler),
        };
        return new PerformedAction(
            inputs,
            await progress.Turn.LeaveAsync(
                progress.DocumentBytes,
                () => HandlerCall.PerformAsync(attempt.Handler, request, log, cancellationToken),
                mustWrite: result => result is not ActionResult.TransientFailure || attempt.IsLast,
                mayWrite: result => result is ActionResult.TransientFailure failure && attempt.FindNoted(failure) is not null));
    }

    /// <returns>Null after a conflict.</returns>
    private async Task<RunOutcome?> WriteResultAsync(
        Attempt attempt, Document document, ActionResult result, Progress progress, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case ActionResult.Succeeded succeeded:
                return await WriteSuccessAsync(attempt, document, succeeded.Properties, progress, cancellationToken);
            case ActionResult.TransientFailure transient when !attempt.IsLast:
                await notes.WriteAsync(attempt, document, transient, progress.Turn);
                return new RunOutcome.Deferred(
                    DeferralCause.TransientFailure,
                    $"{transient.Code}: {transient.Message}",
                    transient.RetryAfter);
            case ActionResult.TransientFailure transient:
                var lastFailure = new ActionFailure(transient.Code, transient.Message, Retryable: true);
                return await FailAsync(attempt, document, lastFailure, isTransient: true, progress, cancellationToken);
            case ActionResult.PermanentFailure permanent:
                var failure = new ActionFailure(permanent.Code, permanent.Message, Retryable: false);
                return await FailAsync(attempt, document, failure, isTransient: false, progress, cancellationToken);
            default:
                throw new InvalidOperationException($"{attempt.Handler.GetType().Name} returned no result.");
        }
    }

    private async Task<RunOutcome?> WriteSuccessAsync(
        Attempt attempt, Document document, JsonObject properties, Progress progress, CancellationToken cancellationToken)
    {
        var success = DocumentTransitions.ToSuccess(document, attempt.States, properties, clock.GetUtcNow());
        switch (await documents.WriteAsync(attempt.Message.Keyspace, success, cancellationToken))
        {
            case WriteOutcome.Written:
                return new RunOutcome.Completed(HasWritten: true);
            case WriteOutcome.Refused refused:
                // The result itself may be the reason: too large, or against a rule of the sync function.
                var failure = new ActionFailure(FailureCodes.WriteRefused, $"The result could not be saved: {refused.Reason}", Retryable: false);
                return await FailAsync(attempt, document, failure, isTransient: false, progress, cancellationToken);
            case var write:
                return DeferUnlessConflict(attempt, write, attempt.PendingFailure);
        }
    }

    private Task<RunOutcome?> FailAsync(
        Attempt attempt, Document document, ActionFailure failure, bool isTransient, Progress progress, CancellationToken cancellationToken)
    {
        var pending = new PendingFailure(
            document.Revision, failure, attempt.Number, clock.GetUtcNow(), isTransient, attempt.Trace.Context?.TraceId);
        return WriteFailureAsync(attempt, document, pending, progress, cancellationToken);
    }

    private async Task<RunOutcome?> WriteFailureAsync(
        Attempt attempt, Document document, PendingFailure pending, Progress progress, CancellationToken cancellationToken)
    {
        progress.PendingFailure = pending;
        var (code, message, _) = pending.Failure;
        var failed = DocumentTransitions.ToFailure(document, attempt.States, pending);
        return await documents.WriteAsync(attempt.Message.Keyspace, failed, cancellationToken) switch
        {
            WriteOutcome.Written written => new RunOutcome.Failed(code, message, written.Revision, pending.IsTransient),
            WriteOutcome.Refused refused => new RunOutcome.Failed(
                FailureCodes.WriteRefused,
                $"Sync Gateway refuses to store even the failure ({refused.Status}: {refused.Reason}), so the document still requests the "
                    + $"action. The failure was {code}: {message}",
                Revision: null,
                pending.IsTransient),
            var write => DeferUnlessConflict(attempt, write, pending),
        };
    }

    private RunOutcome EndWithoutDocument(Attempt attempt, ReadOutcome read) => read switch
    {
        ReadOutcome.Missing or ReadOutcome.Deleted => new RunOutcome.Completed(HasWritten: false),
        ReadOutcome.Unreadable unreadable => new RunOutcome.Failed(FailureCodes.UnreadableDocument, unreadable.Reason, Revision: null),
        ReadOutcome.Unavailable { IsForbidden: true, Cause: var cause } when readable.Contains(attempt.Message.Keyspace) =>
            attempt.IsLast
                ? new RunOutcome.Failed(FailureCodes.ForbiddenDocument, cause.Reason, Revision: null)
                : new RunOutcome.Deferred(DeferralCause.Forbidden, cause.Reason, PendingFailure: attempt.PendingFailure),
        ReadOutcome.Unavailable { Cause: var cause } => new RunOutcome.Deferred(
            DeferralCause.SyncGatewayUnavailable, cause.Reason, cause.RetryAfter, attempt.PendingFailure),
        _ => throw new InvalidOperationException($"A read cannot end like this: {read}"),
    };

    /// <returns>Null after a conflict (409): the document has a newer revision, so the caller reads it and decides again.</returns>
    private RunOutcome.Deferred? DeferUnlessConflict(Attempt attempt, WriteOutcome write, PendingFailure? pending)
    {
        if (write is WriteOutcome.Conflict)
        {
            telemetry.RecordConflict(attempt);
            return null;
        }

        return write is WriteOutcome.Unavailable { Cause: var cause }
            ? new RunOutcome.Deferred(DeferralCause.SyncGatewayUnavailable, cause.Reason, cause.RetryAfter, pending)
            : throw new InvalidOperationException($"A write cannot end like this: {write}");
    }
}
