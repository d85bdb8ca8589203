using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using SyncGateway;
using Worker.Actions;

namespace Worker.Delivery;

/// <summary>
/// Reads the document, has the action done if it is still wanted, and writes the answer to exactly the revision it read. When
/// somebody was quicker (a conflict) it reads and decides again, and keeps the result as long as what it depends on is the same.
/// </summary>
internal sealed class ActionRunner(
    SyncGatewayClient documents,
    RefusedRevisions refused,
    IOptions<WorkerOptions> options,
    TimeProvider clock,
    StoreHealth health,
    WorkerTelemetry telemetry,
    ILogger<ActionRunner> log)
{
    /// <summary>An app that writes faster than this many rounds gets its answer later, when it is quiet.</summary>
    private const int Rounds = 5;

    /// <summary>Makes one try; takes at most <see cref="WorkerOptions.DeliveryTimeout"/>.</summary>
    public async Task<RunOutcome> Run(Attempt attempt, CancellationToken cancelled)
    {
        using var span = WorkerTelemetry.Start(attempt);
        using var delivery = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        delivery.CancelAfter(options.Value.DeliveryTimeout);

        RunOutcome outcome;
        try
        {
            outcome = await RunRounds(attempt, delivery.Token);
            if (outcome is RunOutcome.Failed { Revision: null })
            {
                await refused.Note(attempt.Reference.Keyspace, attempt.Reference.DocumentId, attempt.Reference.Revision, delivery.Token);
            }
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            outcome = new RunOutcome.Postponed(Cause.TheAction, $"Not done within {options.Value.DeliveryTimeout}.");
        }

        health.Note(outcome);
        telemetry.Ended(attempt, outcome, clock.GetUtcNow(), span);
        log.AttemptEnded(attempt.States.Request, attempt.Reference.DocumentId, attempt.Reference.Revision, attempt.Number, outcome);
        return outcome;
    }

    private async Task<RunOutcome> RunRounds(Attempt attempt, CancellationToken cancelled)
    {
        (JsonObject Inputs, ActionResult Result)? done = null;
        for (var round = 1; round <= Rounds; round++)
        {
            if (await Round() is { } outcome)
            {
                return outcome;
            }
        }

        return new RunOutcome.Postponed(Cause.TheStore, $"The document changed during each of {Rounds} rounds.", GivenUp: attempt.GivenUp);

        // Null when somebody else wrote first.
        async Task<RunOutcome?> Round()
        {
            var read = await documents.Read(attempt.Reference.Keyspace, attempt.Reference.DocumentId, cancelled);
            if (read is not ReadOutcome.Found { Document: var document })
            {
                return NotRead(read, attempt.GivenUp);
            }

            if (!Answer.IsWanted(document, attempt.States))
            {
                return Ended(attempt, document);
            }

            if (attempt.GivenUp is { } given && given.Revision == document.Revision)
            {
                return await WriteFailure(attempt, document, given, cancelled);
            }

            switch (Schedule.Of(document, clock.GetUtcNow()))
            {
                case Schedule.NotYet { Remaining: var remaining }:
                    return new RunOutcome.Postponed(Cause.TheDocument, $"Not before {clock.GetUtcNow() + remaining:O}.", remaining);
                case Schedule.Never { Failure: var never }:
                    return await GiveUp(attempt, document, never, cancelled);
            }

            var inputs = Answer.InputsOf(document, attempt.Handler.Inputs);
            if (done is not { } kept || !JsonNode.DeepEquals(kept.Inputs, inputs))
            {
                var request = new ActionRequest(attempt.Reference.DocumentId, attempt.Reference.Revision, inputs);
                done = kept = (inputs, await Perform(attempt.Handler, request, cancelled));
            }

            return await Conclude(attempt, document, kept.Result, cancelled);
        }
    }

    private async Task<ActionResult> Perform(IActionHandler handler, ActionRequest request, CancellationToken cancelled)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        time.CancelAfter(handler.Timeout);
        try
        {
            return await handler.Perform(request, time.Token);
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return new ActionResult.Unavailable("timed_out", "It took too long.");
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A handler's bug must not leave the app waiting for ever: it is a failure like others, and this is where it is seen.
            log.HandlerThrew(error, handler.GetType().Name, request.DocumentId, request.Revision);
            return new ActionResult.Unavailable("internal_error", "Something went wrong on our side.");
        }
    }

    private async Task<RunOutcome?> Conclude(Attempt attempt, Document document, ActionResult result, CancellationToken cancelled)
    {
        switch (result)
        {
            case ActionResult.Unavailable passing when !attempt.IsLast:
                return new RunOutcome.Postponed(Cause.TheAction, $"{passing.Code}: {passing.Message}", passing.RetryAfter);
            case ActionResult.Unavailable spent:
                return await GiveUp(attempt, document, new ActionFailure(spent.Code, spent.Message, Retryable: true), cancelled, mayPass: true);
            case ActionResult.Rejected rejected:
                return await GiveUp(attempt, document, new ActionFailure(rejected.Code, rejected.Message, Retryable: false), cancelled);
            case ActionResult.Succeeded succeeded:
                var write = await documents.Write(attempt.Reference.Keyspace, Answer.Success(document, attempt.States, succeeded.Properties), cancelled);
                return write switch
                {
                    WriteOutcome.Written => new RunOutcome.Finished(Written: true),
                    // The result may be what it does not like: too large, or against a rule of the app's.
                    WriteOutcome.Refused why => await GiveUp(
                        attempt,
                        document,
                        new ActionFailure("write_refused", $"The result could not be saved: {why.Reason}", Retryable: false),
                        cancelled),
                    _ => NotWritten(write, attempt.GivenUp),
                };
            default:
                throw new InvalidOperationException($"{attempt.Handler.GetType().Name} gave no result.");
        }
    }

    private Task<RunOutcome?> GiveUp(Attempt attempt, Document document, ActionFailure failure, CancellationToken cancelled, bool mayPass = false) =>
        WriteFailure(attempt, document, new GivenUp(document.Revision, failure, attempt.Number, clock.GetUtcNow(), mayPass), cancelled);

    private async Task<RunOutcome?> WriteFailure(Attempt attempt, Document document, GivenUp given, CancellationToken cancelled)
    {
        var (failure, mayPass) = (given.Failure, given.MayPass);
        var write = await documents.Write(attempt.Reference.Keyspace, Answer.Failure(document, attempt.States, given), cancelled);
        return write switch
        {
            WriteOutcome.Written written => new RunOutcome.Failed(failure.Code, failure.Message, written.Revision, mayPass),
            WriteOutcome.Refused why => new RunOutcome.Failed(
                "write_refused",
                $"Sync Gateway refuses to store even the failure ({why.Status}: {why.Reason}), so the document still asks. What failed: "
                    + $"{failure.Code}: {failure.Message}",
                Revision: null,
                mayPass),
            _ => NotWritten(write, given),
        };
    }

    /// <summary>
    /// The document does not ask. If it says the very failure that this message was to bring, whoever wrote it did not live, or was not
    /// told, to send the message where an operator finds it.
    /// </summary>
    private static RunOutcome Ended(Attempt attempt, Document document) =>
        (attempt.GivenUp is not null || attempt.IsInterrupted)
        && Answer.IsFailure(document, attempt.States, attempt.IsInterrupted ? null : attempt.GivenUp)
            ? new RunOutcome.Failed(Answer.ErrorOf(document, "code"), Answer.ErrorOf(document, "message"), document.Revision)
            : new RunOutcome.Finished(Written: false);

    private static RunOutcome NotRead(ReadOutcome read, GivenUp? given) => read switch
    {
        ReadOutcome.Missing or ReadOutcome.Deleted => new RunOutcome.Finished(Written: false),
        ReadOutcome.Unreadable unreadable => new RunOutcome.Failed("unreadable_document", unreadable.Reason, Revision: null),
        ReadOutcome.Unavailable unavailable => new RunOutcome.Postponed(Cause.TheStore, unavailable.Reason, unavailable.RetryAfter, given),
        ReadOutcome.Misconfigured misconfigured => new RunOutcome.Postponed(Cause.TheStore, misconfigured.Reason, GivenUp: given),
        _ => throw new InvalidOperationException($"A read cannot end like this: {read}"),
    };

    /// <returns>Null when somebody else wrote first, so that it is worth reading again.</returns>
    private static RunOutcome.Postponed? NotWritten(WriteOutcome write, GivenUp? given) => write switch
    {
        WriteOutcome.Conflict => null,
        WriteOutcome.Unavailable unavailable => new RunOutcome.Postponed(Cause.TheStore, unavailable.Reason, unavailable.RetryAfter, given),
        WriteOutcome.Misconfigured misconfigured => new RunOutcome.Postponed(Cause.TheStore, misconfigured.Reason, GivenUp: given),
        _ => throw new InvalidOperationException($"A write cannot end like this: {write}"),
    };
}
