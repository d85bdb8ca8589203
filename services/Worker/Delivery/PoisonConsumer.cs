using Contracts;
using MassTransit;
using ServiceDefaults.Bus;
using Worker.Actions;

namespace Worker.Delivery;

/// <summary>
/// Ends a request whose message has killed its worker even when nothing else was in that worker's hands: the document says so, and the
/// message goes to the error queue. Nothing of the request is tried here.
/// </summary>
internal sealed class PoisonConsumer<TMessage>(ActionContract<TMessage> contract, ActionRunner runner, TimeProvider clock) : IConsumer<TMessage>
    where TMessage : class
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    public async Task Consume(ConsumeContext<TMessage> context)
    {
        var history = RetryState.Read(context);
        var attempt = new Attempt(
            contract.States,
            contract.Read(context.Message),
            FixedResultHandler.Poison,
            history.Failures + 1,
            IsLast: true,
            history.IsInterrupted,
            PendingFailure.Parse(history.Note));

        // Held while the document cannot be written, not put off: a delay would lead back to the work queue, among the innocent.
        RunOutcome outcome;
        while ((outcome = await runner.RunAsync(attempt, context.CancellationToken)) is RunOutcome.Deferred postponed)
        {
            attempt = attempt with { PendingFailure = postponed.PendingFailure };
            await Task.Delay(BetweenTries, clock, context.CancellationToken);
        }

        if (outcome is RunOutcome.Failed failed)
        {
            throw new ActionFailedException(failed);
        }
    }
}

/// <summary>A result that is known without any work.</summary>
internal sealed class FixedResultHandler(ActionResult result) : IActionHandler
{
    /// <summary>For a request that ends every process that works on it.</summary>
    public static FixedResultHandler Poison { get; } = new(new ActionResult.PermanentFailure(
        "worker_crashed", "This request ends the program that works on it, every time it is tried."));

    public IReadOnlyCollection<string> Inputs => [];

    public TimeSpan Timeout => TimeSpan.FromSeconds(1);

    public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => Task.FromResult(result);
}
