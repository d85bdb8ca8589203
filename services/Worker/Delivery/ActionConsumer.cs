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
    DelayQueues delays,
    Brake brake,
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : IConsumer<TMessage>
    where TMessage : class
    where THandler : class, IActionHandler
{
    public async Task Consume(ConsumeContext<TMessage> context)
    {
        var history = DeliveryHistory.Of(context);
        if (delays.Ladder.IfEarly(history, clock.GetUtcNow()) is { } early)
        {
            await delays.Postpone(context, contract.Queues, early);
            return;
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await brake.Wait(stopping.Token);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            // The worker stops, but still listens: handed back, the message would come again at once, and again, and each time counts as
            // a death of which there may only be so many.
            await delays.Postpone(context, contract.Queues, delays.Ladder.AfterTrouble(history, null, clock.GetUtcNow()));
            return;
        }

        var number = history.Failures + 1;
        var attempt = new Attempt(
            contract.States,
            contract.Read(context.Message),
            handler,
            number,
            IsLast: number >= delays.Ladder.Tries,
            history.IsInterrupted,
            GivenUp.Parse(history.Note));
        var outcome = await runner.Run(attempt, context.CancellationToken);
        brake.Note(outcome is RunOutcome.Postponed { Because: Cause.TheAction } or RunOutcome.Failed { MayPass: true });
        switch (outcome)
        {
            case RunOutcome.Finished:
                return;
            case RunOutcome.Postponed postponed:
                await delays.Postpone(context, contract.Queues, Step(postponed, history with { Note = postponed.GivenUp?.ToString() }));
                return;
            case RunOutcome.Failed failed:
                throw new ActionFailedException(failed);
        }
    }

    private Postponement Step(RunOutcome.Postponed postponed, DeliveryHistory history) => postponed.Because switch
    {
        Cause.TheAction => delays.Ladder.AfterFailure(history, postponed.Wait, clock.GetUtcNow()),
        Cause.TheStore => delays.Ladder.AfterTrouble(history, postponed.Wait, clock.GetUtcNow()),
        _ => delays.Ladder.Towards(history, postponed.Wait ?? TimeSpan.Zero),
    };
}
