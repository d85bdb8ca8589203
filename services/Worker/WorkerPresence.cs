using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Presence;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker;

/// <summary>What this worker does now.</summary>
internal sealed class WorkerPresence(
    IEnumerable<WorkedAction> actions, ActionPauses pauses, IServiceProvider services, IOptions<WorkerOptions> options) : IPresenceSource
{
    public string Service => "worker";

    public ServicePresence Describe(ServicePresence presence) => presence with { Actions = [.. actions.Select(Describe)] };

    private ActionPresence Describe(WorkedAction action) => services.GetRequiredKeyedService<HeldRequests>(action.Contract).Describe(
        action.Contract.States.Name,
        action.GetLimit(services, options.Value),
        services.GetRequiredKeyedService<CircuitBreaker>(action.Contract).OpenUntil) with
    {
        Pause = pauses.Find(action.Contract),
        Recent = services.GetRequiredService<WorkerTelemetry>().DescribeRecent(action.Contract),
        HalfOpenLimit = services.GetRequiredKeyedService<CircuitBreaker>(action.Contract).HalfOpenLimit,
    };
}

/// <summary>An action that this worker performs.</summary>
/// <param name="Contract">The action.</param>
/// <param name="HandlerType">The class that performs it.</param>
internal sealed record WorkedAction(ActionContract Contract, Type HandlerType)
{
    /// <summary>How many of its messages are processed at the same time.</summary>
    public int GetLimit(IServiceProvider services, WorkerOptions options) => Math.Min(
        options.Concurrency, ((IActionHandler)services.GetRequiredService(HandlerType)).MaxConcurrency ?? int.MaxValue);
}
