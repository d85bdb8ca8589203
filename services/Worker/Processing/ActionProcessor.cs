using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker.Processing;

/// <summary>Processes one message: makes an attempt, then acknowledges the message, defers it, or moves it to the error queue.</summary>
internal sealed class ActionProcessor(
    ActionContract contract,
    IActionHandler handler,
    ActionRunner runner,
    DelayedRedelivery redelivery,
    CircuitBreaker circuitBreaker,
    HeldDocuments held,
    IOptions<WorkerOptions> options,
    IHostApplicationLifetime lifetime,
    RepeatedEvents repeated,
    ILogger<ActionProcessor> log,
    TimeProvider clock) : IMessageProcessor
{
    private readonly RetryPolicy policy = redelivery.Policy;
    private readonly SyncGatewaySlots slots = new(options.Value.SyncGatewayConcurrency, options.Value.DeliveryTimeout, held, clock);

    public async Task ProcessAsync(Delivery delivery)
    {
        var state = RetryState.Read(delivery);
        if ((policy.WhenEarly(state, clock.GetUtcNow()) ?? await AttemptAsync(delivery, state)) is { } later)
        {
            await redelivery.RedeliverAsync(delivery, later);
        }
    }

    /// <summary>Attempts the request, when the circuit breaker and Sync Gateway's load allow it.</summary>
    /// <returns>When the message must come again; null when it is done.</returns>
    private async Task<Redelivery?> AttemptAsync(Delivery delivery, RetryState state)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(delivery.CancellationToken, lifetime.ApplicationStopping);
        while (true)
        {
            try
            {
                await circuitBreaker.EnterAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (!delivery.CancellationToken.IsCancellationRequested)
            {
                // The worker is stopping, but still consumes. A requeued message would be redelivered at once, again and again, and each
                // redelivery counts towards the delivery limit. So the message is deferred instead.
                return policy.AfterUnavailable(state, null, clock.GetUtcNow());
            }

            try
            {
                using var turn = await slots.BeginAsync(delivery.CancellationToken);
                if (turn is null)
                {
                    if (repeated.ShouldLog(nameof(SyncGatewaySlotsLog.NoSlot), out var suppressed))
                    {
                        log.NoSlot(delivery.Message.DocumentId, slots.TimeLimit, suppressed);
                    }

                    return policy.AfterUnavailable(state, null, clock.GetUtcNow());
                }

                // While the request waited for its slot, the circuit breaker may have opened.
                if (!circuitBreaker.IsOpen)
                {
                    return await AttemptAsync(delivery, state, turn);
                }
            }
            finally
            {
                circuitBreaker.Leave();
            }
        }
    }

    private async Task<Redelivery?> AttemptAsync(Delivery delivery, RetryState state, Turn turn)
    {
        var number = state.Failures + 1;
        var attempt = new Attempt(
            contract.States,
            delivery.Message,
            handler,
            number,
            IsLast: number >= policy.MaxAttempts,
            state.IsInterrupted,
            PendingFailure.Parse(state.Note));
        var outcome = await runner.RunAsync(attempt, turn, delivery.CancellationToken);
        circuitBreaker.Record(
            isFailure: outcome is RunOutcome.Deferred { Cause: DeferralCause.TransientFailure } or RunOutcome.Failed { IsTransient: true });
        return outcome switch
        {
            RunOutcome.Deferred deferred => GetRedelivery(deferred, state with { Note = deferred.PendingFailure?.ToString() }),
            RunOutcome.Failed failed => throw failed.ToException(),
            _ => null,
        };
    }

    private Redelivery GetRedelivery(RunOutcome.Deferred deferred, RetryState state) => deferred.Cause switch
    {
        DeferralCause.TransientFailure or DeferralCause.Forbidden => policy.AfterFailure(state, deferred.Delay, clock.GetUtcNow()),
        DeferralCause.SyncGatewayUnavailable => policy.AfterUnavailable(state, deferred.Delay, clock.GetUtcNow()),
        _ => policy.Until(state, deferred.Delay ?? TimeSpan.Zero),
    };
}
