using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker.Processing;

/// <summary>Processes one message: makes an attempt, then acknowledges the message, defers it, or moves it to the error queue.</summary>
/// <param name="contract">The action.</param>
/// <param name="handler">Performs it.</param>
/// <param name="runner">Makes the attempts.</param>
/// <param name="redelivery">Defers messages.</param>
/// <param name="circuitBreaker">Of this action.</param>
/// <param name="held">The messages of this action that the worker holds.</param>
/// <param name="concurrency">How many messages of both lanes are in progress at the same time.</param>
/// <param name="isQuarantine">
/// Whether the messages come one at a time from the quarantine queue. To defer one would lead it back to the work queue, where it may
/// crash a worker together with other messages. So it waits for nothing.
/// </param>
/// <param name="options">The settings.</param>
/// <param name="lifetime">Says when the worker stops.</param>
/// <param name="telemetry">Counts delayed messages.</param>
/// <param name="repeated">Keeps repeated lines out of the log.</param>
/// <param name="log">The log.</param>
/// <param name="clock">The time.</param>
internal sealed class ActionProcessor(
    ActionContract contract,
    IActionHandler handler,
    ActionRunner runner,
    DelayedRedelivery redelivery,
    CircuitBreaker circuitBreaker,
    HeldRequests held,
    int concurrency,
    bool isQuarantine,
    IOptions<WorkerOptions> options,
    IHostApplicationLifetime lifetime,
    WorkerTelemetry telemetry,
    RepeatedEvents repeated,
    ILogger<ActionProcessor> log,
    TimeProvider clock) : IMessageProcessor
{
    private readonly RetryPolicy policy = redelivery.Policy;
    private readonly LanePlaces places = new(concurrency);
    private readonly SyncGatewaySlots slots = new(
        options.Value.SyncGatewayConcurrency, options.Value.DeliveryTimeout, new HeldDocuments(), clock);

    public async Task ProcessAsync(Delivery delivery)
    {
        using var holding = held.Add(delivery.Message);
        var state = RetryState.Read(delivery);
        if (policy.WhenEarly(state, clock.GetUtcNow()) is { } early)
        {
            await RedeliverAsync(delivery, early);
        }
        else if (await AttemptAsync(delivery, state) is { } later)
        {
            DateTimeOffset? deferredAt = delivery.Trace.Context is null ? null : clock.GetUtcNow();
            await RedeliverAsync(delivery, later with { State = later.State with { DeferredAt = deferredAt } });
        }
    }

    private async Task RedeliverAsync(Delivery delivery, Redelivery later)
    {
        await redelivery.RedeliverAsync(delivery, later);
        telemetry.RecordDelay(contract, later.Delay, delivery.Lane);
    }

    /// <summary>
    /// Attempts the request, when the lanes, the circuit breaker and Sync Gateway's load allow it. That may not take long, because the broker
    /// closes the channel of a consumer that keeps a message for 30 minutes.
    /// </summary>
    /// <returns>When the message must come again; null when it is done.</returns>
    private async Task<Redelivery?> AttemptAsync(Delivery delivery, RetryState state)
    {
        if (isQuarantine)
        {
            using var turn = await slots.BeginAsync(delivery.CancellationToken, delivery.CancellationToken);
            return await AttemptAsync(delivery, state, turn, entered: null);
        }

        using var patience = new CancellationTokenSource(options.Value.DeliveryTimeout, clock);
        // A worker that stops still consumes. A requeued message would be redelivered at once, again and again, and each redelivery counts
        // towards the delivery limit. So the message is deferred then, too.
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(
            patience.Token, delivery.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await places.EnterAsync(delivery.Lane, giveUp.Token);
        }
        catch (OperationCanceledException) when (!delivery.CancellationToken.IsCancellationRequested)
        {
            return policy.AfterUnavailable(state, null, clock.GetUtcNow());
        }

        try
        {
            return await AttemptWhenAllowedAsync(delivery, state, giveUp.Token);
        }
        finally
        {
            places.Leave(delivery.Lane);
        }
    }

    private async Task<Redelivery?> AttemptWhenAllowedAsync(Delivery delivery, RetryState state, CancellationToken giveUp)
    {
        while (true)
        {
            int entered;
            try
            {
                entered = await circuitBreaker.EnterAsync(giveUp);
            }
            catch (OperationCanceledException) when (!delivery.CancellationToken.IsCancellationRequested)
            {
                return policy.AfterUnavailable(state, null, clock.GetUtcNow());
            }

            try
            {
                using var turn = await BeginAsync(delivery, giveUp);
                if (turn is null)
                {
                    return policy.AfterUnavailable(state, null, clock.GetUtcNow());
                }

                // While the request waited for its slot, the next pause of the circuit breaker may have begun.
                if (circuitBreaker.IsStillAllowed(entered))
                {
                    return await AttemptAsync(delivery, state, turn, entered);
                }
            }
            finally
            {
                circuitBreaker.Leave();
            }
        }
    }

    /// <returns>Null when it had to wait for too long.</returns>
    private async Task<Turn?> BeginAsync(Delivery delivery, CancellationToken giveUp)
    {
        try
        {
            return await slots.BeginAsync(giveUp, delivery.CancellationToken, delivery.Lane);
        }
        catch (OperationCanceledException) when (!delivery.CancellationToken.IsCancellationRequested)
        {
            if (!lifetime.ApplicationStopping.IsCancellationRequested
                && repeated.ShouldLog(nameof(SyncGatewaySlotsLog.NoSlot), out var suppressed))
            {
                log.NoSlot(delivery.Message.DocumentId, slots.TimeLimit, suppressed);
            }

            return null;
        }
    }

    private async Task<Redelivery?> AttemptAsync(Delivery delivery, RetryState state, Turn turn, int? entered)
    {
        var number = state.Failures + 1;
        var attempt = new Attempt(
            contract.States,
            delivery.Message,
            handler,
            number,
            IsLast: number >= policy.MaxAttempts,
            state.IsInterrupted,
            PendingFailure.Parse(state.Note))
        {
            Trace = delivery.Trace,
            Delay = clock.GetUtcNow() - state.DeferredAt,
            FindNoted = failure => FindNoted(state, failure),
        };
        var outcome = await runner.RunAsync(attempt, turn, delivery.CancellationToken);
        if (entered is { } before && turn.Result is { } result and not ActionResult.TransientFailure { IsOutage: false })
        {
            // Not the outcome: it also depends on the document, and on Sync Gateway.
            circuitBreaker.Record(before, isSuccess: result is not ActionResult.TransientFailure);
        }

        switch (outcome)
        {
            case RunOutcome.Deferred deferred:
                if (deferred.Cause is not DeferralCause.NotBefore)
                {
                    held.RecordTrouble(deferred.Reason);
                }

                var (note, reason) = (deferred.PendingFailure?.ToString(), HeldRequests.Shorten(deferred.Reason));
                return GetRedelivery(deferred, state with { Note = note, Reason = reason });
            case RunOutcome.Failed failed:
                if (failed.IsTransient || failed.Revision is null)
                {
                    held.RecordTrouble($"{failed.Code}: {failed.Reason}");
                }
                else
                {
                    held.RecordResult();
                }

                throw failed.ToException();
            default:
                held.RecordResult();
                return null;
        }
    }

    /// <returns>Null when the next attempt is not shown in the document.</returns>
    private DateTimeOffset? FindNoted(RetryState state, ActionResult.TransientFailure failure)
    {
        var (from, now) = (options.Value.ProgressFrom, clock.GetUtcNow());
        var next = policy.AfterFailure(state, failure.RetryAfter, now).FindNextAttempt(now);
        return from > TimeSpan.Zero && next - now >= from && !isQuarantine ? next : null;
    }

    private Redelivery GetRedelivery(RunOutcome.Deferred deferred, RetryState state) => deferred.Cause switch
    {
        DeferralCause.TransientFailure or DeferralCause.Forbidden => policy.AfterFailure(state, deferred.Delay, clock.GetUtcNow()),
        DeferralCause.SyncGatewayUnavailable => policy.AfterUnavailable(state, deferred.Delay, clock.GetUtcNow()),
        _ => policy.Until(state, deferred.Delay ?? TimeSpan.Zero),
    };
}
