using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Ends a request whose message killed its worker even when it was the only message in progress: the document becomes a failure, and the
/// message moves to the error queue. The action itself is not tried.
/// </summary>
internal sealed class PoisonProcessor(ActionContract contract, ActionRunner runner, TimeProvider clock) : IMessageProcessor
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);

    public async Task ProcessAsync(Delivery delivery)
    {
        var state = RetryState.Read(delivery);
        var attempt = new Attempt(
            contract.States,
            delivery.Message,
            FixedResultHandler.WorkerCrashed,
            state.Failures + 1,
            IsLast: true,
            state.IsInterrupted,
            PendingFailure.Parse(state.Note));

        // While the document cannot be written the message is held, not deferred: a delay queue leads back to the work queue, where it
        // would kill a worker together with other messages.
        RunOutcome outcome;
        while ((outcome = await runner.RunAsync(attempt, delivery.CancellationToken)) is RunOutcome.Deferred deferred)
        {
            attempt = attempt with { PendingFailure = deferred.PendingFailure };
            await Task.Delay(BetweenAttempts, clock, delivery.CancellationToken);
        }

        if (outcome is RunOutcome.Failed failed)
        {
            throw failed.ToException();
        }
    }
}

/// <summary>A handler whose result is known beforehand.</summary>
internal sealed class FixedResultHandler(ActionResult result) : IActionHandler
{
    /// <summary>For a request that ends every process that works on it.</summary>
    public static FixedResultHandler WorkerCrashed { get; } = new(new ActionResult.PermanentFailure(
        "worker_crashed", "This request ends the program that works on it, every time it is tried."));

    public IReadOnlyCollection<string> Inputs => [];

    public TimeSpan Timeout => TimeSpan.FromSeconds(1);

    public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => Task.FromResult(result);
}
