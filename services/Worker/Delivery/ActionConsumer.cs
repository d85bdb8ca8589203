using Contracts;
using MassTransit;
using ServiceDefaults.Bus;
using Worker.Actions;

namespace Worker.Delivery;

/// <summary>Takes one message from the queue and decides what becomes of it: done, later, or the error queue.</summary>
internal sealed class ActionConsumer<TMessage, THandler>(
    ActionContract<TMessage> contract,
    THandler handler,
    ActionRunner runner,
    DelayedRedelivery delays,
    CircuitBreaker brake,
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : IConsumer<TMessage>
    where TMessage : class
    where THandler : class, IActionHandler
{
    public async Task Consume(ConsumeContext<TMessage> context)
    {
        var history = RetryState.Read(context);
        if (delays.Policy.WhenEarly(history, clock.GetUtcNow()) is { } early)
        {
            await delays.RedeliverAsync(context, contract.Queues, early);
            return;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await brake.WaitUntilClosedAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            // The worker stops, but still listens: handed back, the message would come again at once, and again, and each time counts as
            // a death of which there may only be so many.
            await delays.RedeliverAsync(context, contract.Queues, delays.Policy.AfterUnavailable(history, null, clock.GetUtcNow()));
            return;
        }

        var number = history.Failures + 1;
        var attempt = new Attempt(
            contract.States,
            contract.Read(context.Message),
            handler,
            number,
            IsLast: number >= delays.Policy.MaxAttempts,
            history.IsInterrupted,
            PendingFailure.Parse(history.Note));
        var outcome = await runner.RunAsync(attempt, context.CancellationToken);
        brake.Record(outcome is RunOutcome.Deferred { Cause: DeferralCause.ActionFailed } or RunOutcome.Failed { IsTransient: true });
        switch (outcome)
        {
            case RunOutcome.Completed:
                return;
            case RunOutcome.Deferred postponed:
                await delays.RedeliverAsync(context, contract.Queues, Step(postponed, history with { Note = postponed.PendingFailure?.ToString() }));
                return;
            case RunOutcome.Failed failed:
                throw new ActionFailedException(failed);
        }
    }

    private Redelivery Step(RunOutcome.Deferred postponed, RetryState history) => postponed.Cause switch
    {
        DeferralCause.ActionFailed => delays.Policy.AfterFailure(history, postponed.Wait, clock.GetUtcNow()),
        DeferralCause.StoreUnavailable => delays.Policy.AfterUnavailable(history, postponed.Wait, clock.GetUtcNow()),
        _ => delays.Policy.Until(history, postponed.Wait ?? TimeSpan.Zero),
    };
}
