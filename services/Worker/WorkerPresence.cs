using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Presence;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker;

/// <summary>What this worker does now.</summary>
internal sealed class WorkerPresence(
    TakenActions actions, ActionPauses pauses, IServiceProvider services, IOptions<WorkerOptions> options) : IPresenceSource
{
    public string Service => "worker";

    public ServicePresence Describe(ServicePresence presence) => presence with { Actions = [.. actions.All.Select(Describe)] };

    private ActionPresence Describe(WorkedAction action) => services.GetRequiredKeyedService<HeldRequests>(action.Contract).Describe(
        action.Contract.States.Name,
        Lanes.All.Sum(lane => LanePlaces.GetMost(action.GetLimit(services, options.Value), lane)),
        services.GetRequiredKeyedService<CircuitBreaker>(action.Contract).OpenUntil) with
    {
        Pause = pauses.Find(action.Contract),
        Recent = services.GetRequiredService<WorkerTelemetry>().DescribeRecent(action.Contract),
        HalfOpenLimit = services.GetRequiredKeyedService<CircuitBreaker>(action.Contract).HalfOpenLimit,
    };
}
