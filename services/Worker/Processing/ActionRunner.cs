using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Reads the document, has the action done if it is still wanted, and writes the answer to exactly the revision it read. When
/// somebody was quicker (a conflict) it reads and decides again, and keeps the result as long as what it depends on is the same.
/// </summary>
internal sealed class ActionRunner(
    SyncGatewayClient documents,
    UnanswerableRequests refused,
    IOptions<WorkerOptions> options,
    TimeProvider clock,
    SyncGatewayHealthCheck health,
    WorkerTelemetry telemetry,
    ILogger<ActionRunner> log)
{
    /// <summary>An app that writes faster than this many rounds gets its answer later, when it is quiet.</summary>
    private const int MaxConflictRetries = 5;

    /// <summary>Makes one try; takes at most <see cref="WorkerOptions.DeliveryTimeout"/>.</summary>
    public async Task<RunOutcome> RunAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        using var span = WorkerTelemetry.Start(attempt);
        using var delivery = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        delivery.CancelAfter(options.Value.DeliveryTimeout);

        RunOutcome outcome;
        try
        {
            outcome = await RunWithConflictRetriesAsync(attempt, delivery.Token);
            if (outcome is RunOutcome.Failed { Revision: null })
            {
                await refused.AddAsync(attempt.Message.Keyspace, attempt.Message.DocumentId, attempt.Message.Revision, delivery.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            outcome = new RunOutcome.Deferred(DeferralCause.ActionFailed, $"Not done within {options.Value.DeliveryTimeout}.");
        }

        health.Note(outcome);
        telemetry.Ended(attempt, outcome, clock.GetUtcNow(), span);
        log.AttemptEnded(attempt.States.Request, attempt.Message.DocumentId, attempt.Message.Revision, attempt.Number, outcome);
        return outcome;
    }

    private async Task<RunOutcome> RunWithConflictRetriesAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        (JsonObject Inputs, ActionResult Result)? done = null;
        for (var round = 1; round <= MaxConflictRetries; round++)
        {
            if (await RoundAsync() is { } outcome)
            {
                return outcome;
            }
        }

        return new RunOutcome.Deferred(DeferralCause.StoreUnavailable, $"The document changed during each of {MaxConflictRetries} rounds.", PendingFailure: attempt.PendingFailure);

        // Null when somebody else wrote first.
        async Task<RunOutcome?> RoundAsync()
        {
            var read = await documents.ReadAsync(attempt.Message.Keyspace, attempt.Message.DocumentId, cancellationToken);
            if (read is not ReadOutcome.Found { Document: var document })
            {
                return ToOutcome(read, attempt.PendingFailure);
            }

            if (!DocumentTransitions.IsRequest(document, attempt.States))
            {
                return NoLongerRequested(attempt, document);
            }

            if (attempt.PendingFailure is { } given && given.Revision == document.Revision)
            {
                return await WriteFailureAsync(attempt, document, given, cancellationToken);
            }

            switch (RequestWindow.Of(document, clock.GetUtcNow()))
            {
                case RequestWindow.NotYetOpen { Remaining: var remaining }:
                    return new RunOutcome.Deferred(DeferralCause.NotBefore, $"Not before {clock.GetUtcNow() + remaining:O}.", remaining);
                case RequestWindow.Rejected { Failure: var never }:
                    return await GiveUpAsync(attempt, document, never, cancellationToken);
            }

            var inputs = DocumentTransitions.SelectInputs(document, attempt.Handler.Inputs);
            if (done is not { } kept || !JsonNode.DeepEquals(kept.Inputs, inputs))
            {
                var request = new ActionRequest(attempt.Message.DocumentId, attempt.Message.Revision, inputs);
                done = kept = (inputs, await PerformAsync(attempt.Handler, request, cancellationToken));
            }

            return await WriteResultAsync(attempt, document, kept.Result, cancellationToken);
        }
    }

    private async Task<ActionResult> PerformAsync(IActionHandler handler, ActionRequest request, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(handler.Timeout);
        try
        {
            return await handler.PerformAsync(request, time.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ActionResult.TransientFailure("timed_out", "It took too long.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A handler's bug must not leave the app waiting for ever: it is a failure like others, and this is where it is seen.
            log.HandlerThrew(error, handler.GetType().Name, request.DocumentId, request.Revision);
            return new ActionResult.TransientFailure("internal_error", "Something went wrong on our side.");
        }
    }

    private async Task<RunOutcome?> WriteResultAsync(Attempt attempt, Document document, ActionResult result, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case ActionResult.TransientFailure passing when !attempt.IsLast:
                return new RunOutcome.Deferred(DeferralCause.ActionFailed, $"{passing.Code}: {passing.Message}", passing.RetryAfter);
            case ActionResult.TransientFailure spent:
                return await GiveUpAsync(attempt, document, new ActionFailure(spent.Code, spent.Message, Retryable: true), cancellationToken, isTransient: true);
            case ActionResult.PermanentFailure rejected:
                return await GiveUpAsync(attempt, document, new ActionFailure(rejected.Code, rejected.Message, Retryable: false), cancellationToken);
            case ActionResult.Succeeded succeeded:
                var write = await documents.WriteAsync(attempt.Message.Keyspace, DocumentTransitions.ToSuccess(document, attempt.States, succeeded.Properties), cancellationToken);
                return write switch
                {
                    WriteOutcome.Written => new RunOutcome.Completed(HasWritten: true),
                    // The result may be what it does not like: too large, or against a rule of the app's.
                    WriteOutcome.Refused why => await GiveUpAsync(
                        attempt,
                        document,
                        new ActionFailure("write_refused", $"The result could not be saved: {why.Reason}", Retryable: false),
                        cancellationToken),
                    _ => ToDeferral(write, attempt.PendingFailure),
                };
            default:
                throw new InvalidOperationException($"{attempt.Handler.GetType().Name} gave no result.");
        }
    }

    private Task<RunOutcome?> GiveUpAsync(Attempt attempt, Document document, ActionFailure failure, CancellationToken cancellationToken, bool isTransient = false) =>
        WriteFailureAsync(attempt, document, new PendingFailure(document.Revision, failure, attempt.Number, clock.GetUtcNow(), isTransient), cancellationToken);

    private async Task<RunOutcome?> WriteFailureAsync(Attempt attempt, Document document, PendingFailure given, CancellationToken cancellationToken)
    {
        var (failure, isTransient) = (given.Failure, given.IsTransient);
        var write = await documents.WriteAsync(attempt.Message.Keyspace, DocumentTransitions.ToFailure(document, attempt.States, given), cancellationToken);
        return write switch
        {
            WriteOutcome.Written written => new RunOutcome.Failed(failure.Code, failure.Message, written.Revision, isTransient),
            WriteOutcome.Refused why => new RunOutcome.Failed(
                "write_refused",
                $"Sync Gateway refuses to store even the failure ({why.Status}: {why.Reason}), so the document still asks. What failed: "
                    + $"{failure.Code}: {failure.Message}",
                Revision: null,
                isTransient),
            _ => ToDeferral(write, given),
        };
    }

    /// <summary>
    /// The document does not ask. If it says the very failure that this message was to bring, whoever wrote it did not live, or was not
    /// told, to send the message where an operator finds it.
    /// </summary>
    private static RunOutcome NoLongerRequested(Attempt attempt, Document document) =>
        (attempt.PendingFailure is not null || attempt.IsInterrupted)
        && DocumentTransitions.IsFailure(document, attempt.States, attempt.IsInterrupted ? null : attempt.PendingFailure)
            ? new RunOutcome.Failed(DocumentTransitions.ReadError(document, "code"), DocumentTransitions.ReadError(document, "message"), document.Revision)
            : new RunOutcome.Completed(HasWritten: false);

    private static RunOutcome ToOutcome(ReadOutcome read, PendingFailure? given) => read switch
    {
        ReadOutcome.Missing or ReadOutcome.Deleted => new RunOutcome.Completed(HasWritten: false),
        ReadOutcome.Unreadable unreadable => new RunOutcome.Failed("unreadable_document", unreadable.Reason, Revision: null),
        ReadOutcome.Unavailable { Cause: var cause } => new RunOutcome.Deferred(DeferralCause.StoreUnavailable, cause.Reason, cause.RetryAfter, given),
        _ => throw new InvalidOperationException($"A read cannot end like this: {read}"),
    };

    /// <returns>Null when somebody else wrote first, so that it is worth reading again.</returns>
    private static RunOutcome.Deferred? ToDeferral(WriteOutcome write, PendingFailure? given) => write switch
    {
        WriteOutcome.Conflict => null,
        WriteOutcome.Unavailable { Cause: var cause } => new RunOutcome.Deferred(DeferralCause.StoreUnavailable, cause.Reason, cause.RetryAfter, given),
        _ => throw new InvalidOperationException($"A write cannot end like this: {write}"),
    };
}
