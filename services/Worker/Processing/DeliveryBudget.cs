using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>Holds that what one delivery may do one after the other fits into the time that it has.</summary>
internal sealed class DeliveryBudget
{
    internal static bool Holds(TimeSpan delivery, TimeSpan action, TimeSpan syncGateway) => action + (2 * syncGateway) <= delivery;
}

internal sealed class DeliveryBudgetValidation(
    IOptions<WorkerOptions> worker,
    IOptions<SyncGatewayOptions> syncGateway,
    IServiceProvider services) : IValidateOptions<DeliveryBudget>
{
    public ValidateOptionsResult Validate(string? name, DeliveryBudget options)
    {
        var delivery = worker.Value.DeliveryTimeout;

        // Made only now: a handler that cannot be made, because of its own options, must not keep the other mistakes from being told.
        var mistakes = services.GetServices<IActionHandler>()
            .Where(handler => !DeliveryBudget.Holds(delivery, handler.Timeout, syncGateway.Value.Timeout))
            .Select(handler => $"One read and one write of a document (SyncGateway:Timeout, {syncGateway.Value.Timeout} each) and "
                + $"{handler.GetType().Name} ({handler.Timeout}) together take longer than Worker:DeliveryTimeout ({delivery}). "
                + "Shorten SyncGateway:Timeout or the timeout of the action.")
            .ToArray();
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}

internal static class DeliveryBudgetExtensions
{
    public static void AddDeliveryBudget(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<DeliveryBudget>, DeliveryBudgetValidation>();
        services.AddOptions<DeliveryBudget>().ValidateOnStart();
    }
}
