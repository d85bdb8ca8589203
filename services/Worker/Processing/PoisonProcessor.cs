using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Fails a request whose message crashed its worker even when it was the only message in progress: the failure is written to the
/// document, and the message moves to the error queue. The action is not performed again, and a <c>notBefore</c> is not waited for: the
/// messages behind it come only after it.
/// </summary>
internal sealed class PoisonProcessor(
    ActionContract contract,
    ActionRunner runner,
    IOptions<WorkerOptions> options,
    TimeProvider clock) : IMessageProcessor
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);

    /// <summary>Messages come one at a time.</summary>
    private readonly SyncGatewaySlots slots = new(1, options.Value.DeliveryTimeout, new HeldDocuments(), clock);

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
            PendingFailure.Parse(state.Note))
        {
            Trace = delivery.Trace,
        };

        // While the document cannot be written, the message stays unacknowledged. A delay queue would lead it back to the work queue,
        // where it would crash a worker together with other messages.
        RunOutcome outcome;
        while ((outcome = await RunAsync(attempt, delivery.CancellationToken)) is RunOutcome.Deferred deferred)
        {
            attempt = attempt with { PendingFailure = deferred.PendingFailure };
            await Task.Delay(BetweenAttempts, clock, delivery.CancellationToken);
        }

        if (outcome is RunOutcome.Failed failed)
        {
            throw failed.ToException();
        }
    }

    private async Task<RunOutcome> RunAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        using var turn = await slots.BeginAsync(cancellationToken, cancellationToken);
        return await runner.RunAsync(attempt, turn, cancellationToken);
    }
}

/// <summary>A handler that always returns the same result.</summary>
internal sealed class FixedResultHandler(ActionResult result) : IActionHandler
{
    /// <summary>The permanent failure of a request whose message crashes every worker.</summary>
    public static FixedResultHandler WorkerCrashed { get; } = new(new ActionResult.PermanentFailure(
        FailureCodes.WorkerCrashed, "This request crashes the worker every time it is processed."));

    public IReadOnlyCollection<string> Inputs => [];

    public TimeSpan Timeout => TimeSpan.FromSeconds(1);

    public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => Task.FromResult(result);
}
