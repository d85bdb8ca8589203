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
    DelayLadder ladder) : IConsumer<TMessage>
    where TMessage : class
    where THandler : class, IActionHandler
{
    public async Task Consume(ConsumeContext<TMessage> context)
    {
        var history = DeliveryHistory.Of(context);
        var attempt = new Attempt(contract.States, contract.Read(context.Message), handler, history.Failures + 1, history.Failures >= ladder.Rungs.Count);

        switch (await runner.Run(attempt, context.CancellationToken))
        {
            case RunOutcome.Finished:
                return;
            case RunOutcome.Postponed { Counts: true } postponed:
                await ladder.Postpone(context, contract.Queues, history.Failed(postponed.RetryAfter));
                return;
            case RunOutcome.Postponed postponed:
                await ladder.Postpone(context, contract.Queues, history.Waited(postponed.RetryAfter));
                return;
            case RunOutcome.Failed failed:
                throw new ActionFailedException(failed);
        }
    }
}
