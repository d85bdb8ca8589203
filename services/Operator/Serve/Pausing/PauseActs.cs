using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.Pausing;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Serve.Pausing;

/// <summary>To pause an action.</summary>
/// <param name="Reason">Why, for everybody who sees it.</param>
/// <param name="Confirm">The name of the action, as a confirmation.</param>
internal sealed record PauseRequest(string? Reason = null, string? Confirm = null);

/// <summary>To resume an action.</summary>
/// <param name="Confirm">The name of the action, as a confirmation.</param>
/// <param name="Since">Since when the pause holds that is to end: another one does not end. Null ends any.</param>
internal sealed record ResumeRequest(string? Confirm = null, DateTimeOffset? Since = null);

/// <summary>What became of it.</summary>
internal abstract record PauseAnswer
{
    private PauseAnswer()
    {
    }

    /// <summary>The action is as it was wanted.</summary>
    public sealed record Done(PauseRow Row) : PauseAnswer;

    /// <summary>Nothing was changed.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Reason">A sentence.</param>
    public sealed record Refused(int Status, string Reason) : PauseAnswer;
}

/// <summary>Checks what somebody wants, does it, and logs who it was.</summary>
internal sealed class PauseActs(BrokerLine broker, ActionCatalog actions, PauseReading reading, TimeProvider clock, ILogger<PauseActs> log)
{
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<PauseAnswer> PauseAsync(string action, PauseRequest request, string user, CancellationToken cancellationToken)
    {
        var (contract, refusal) = Check(action, request.Confirm, PauseText.FindError(request.Reason));
        if (contract is null)
        {
            return refusal!;
        }

        var (pause, isNew) = await broker.UseAsync(
            connection => PauseSwitch.PauseAsync(connection, contract.Queues, PauseText.Create(user, request.Reason!, clock), cancellationToken),
            cancellationToken);
        reading.Forget(contract.Queues);
        if (isNew)
        {
            log.PausedAction(VisibleText.Escape(user), action, VisibleText.Escape(request.Reason!));
        }

        return new PauseAnswer.Done(PauseRow.From(contract, pause, isNew));
    }

    /// <exception cref="BrokerUnavailableException">The broker cannot be used, or another client keeps the action paused.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<PauseAnswer> ResumeAsync(string action, ResumeRequest request, string user, CancellationToken cancellationToken)
    {
        var (contract, refusal) = Check(action, request.Confirm, error: null);
        if (contract is null)
        {
            return refusal!;
        }

        if (request.Since is { } since && await FindAsync(contract, cancellationToken) is { } now && now.Since != since)
        {
            reading.Forget(contract.Queues);
            return new PauseAnswer.Refused(
                StatusCodes.Status409Conflict,
                VisibleText.Escape($"Nothing was done: {action} is paused {now}. That is not the pause that you saw. Look again, then confirm."));
        }

        var ended = await broker.UseAsync(
            connection => PauseSwitch.ResumeAsync(connection, contract.Queues, cancellationToken), cancellationToken);
        reading.Forget(contract.Queues);
        if (ended is not null)
        {
            log.ResumedAction(VisibleText.Escape(user), action, VisibleText.Escape($"{ended}"));
        }

        return new PauseAnswer.Done(PauseRow.From(contract, null, ended is not null));
    }

    private Task<ActionPause?> FindAsync(ActionContract contract, CancellationToken cancellationToken) =>
        broker.UseAsync(connection => PauseSwitch.FindAsync(connection, contract.Queues, cancellationToken), cancellationToken);

    private (ActionContract? Action, PauseAnswer.Refused? Refusal) Check(string action, string? confirm, string? error)
    {
        if (actions.FindAction(action) is not { } contract)
        {
            return (null, new(StatusCodes.Status404NotFound, $"There is no action '{action}'."));
        }

        if (error is not null)
        {
            return (null, new(StatusCodes.Status400BadRequest, error));
        }

        if (confirm != action)
        {
            return (null, new(StatusCodes.Status409Conflict, $"This concerns every request for {action}. Confirm that by its name (confirm: \"{action}\")."));
        }

        return broker.IsInMemory
            ? throw new UnavailableException(
                "Actions can be paused only with RabbitMQ. The messages are in the memory of the gateway's own process: nothing would keep the pause.")
            : (contract, null);
    }
}
