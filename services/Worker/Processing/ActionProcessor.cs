using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
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
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : IMessageProcessor
{
    private readonly RetryPolicy policy = redelivery.Policy;

    public async Task ProcessAsync(Delivery delivery)
    {
        var state = RetryState.Read(delivery);
        if (policy.WhenEarly(state, clock.GetUtcNow()) is { } early)
        {
            await redelivery.RedeliverAsync(delivery, early);
            return;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(delivery.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await circuitBreaker.WaitUntilClosedAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (!delivery.CancellationToken.IsCancellationRequested)
        {
            // The worker is stopping, but still consumes. A requeued message would be redelivered at once, again and again, and each
            // redelivery counts towards the delivery limit. So the message is deferred instead.
            await redelivery.RedeliverAsync(delivery, policy.AfterUnavailable(state, null, clock.GetUtcNow()));
            return;
        }

        var number = state.Failures + 1;
        var attempt = new Attempt(
            contract.States,
            delivery.Message,
            handler,
            number,
            IsLast: number >= policy.MaxAttempts,
            state.IsInterrupted,
            PendingFailure.Parse(state.Note));
        var outcome = await runner.RunAsync(attempt, delivery.CancellationToken);
        circuitBreaker.Record(
            isFailure: outcome is RunOutcome.Deferred { Cause: DeferralCause.TransientFailure } or RunOutcome.Failed { IsTransient: true });
        switch (outcome)
        {
            case RunOutcome.Completed:
                return;
            case RunOutcome.Deferred deferred:
                await redelivery.RedeliverAsync(
                    delivery,
                    GetRedelivery(deferred, state with { Note = deferred.PendingFailure?.ToString() }));
                return;
            case RunOutcome.Failed failed:
                throw failed.ToException();
        }
    }

    private Redelivery GetRedelivery(RunOutcome.Deferred deferred, RetryState state) => deferred.Cause switch
    {
        DeferralCause.TransientFailure or DeferralCause.Forbidden => policy.AfterFailure(state, deferred.Delay, clock.GetUtcNow()),
        DeferralCause.SyncGatewayUnavailable => policy.AfterUnavailable(state, deferred.Delay, clock.GetUtcNow()),
        _ => policy.Until(state, deferred.Delay ?? TimeSpan.Zero),
    };
}
