using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Options without settings of their own. Their validation checks at startup that one read, one action and one write fit into the
/// delivery timeout.
/// </summary>
internal sealed class DeliveryBudget;

internal sealed class DeliveryBudgetValidation(
    IOptions<WorkerOptions> worker,
    IOptions<SyncGatewayOptions> syncGateway,
    IServiceProvider services) : IValidateOptions<DeliveryBudget>
{
    public ValidateOptionsResult Validate(string? name, DeliveryBudget options)
    {
        var limit = worker.Value.DeliveryTimeout;
        var syncGatewayTimeout = syncGateway.Value.Timeout;

        // A handler whose own options have errors cannot be created. So it is created here, where that is one more error, and not by the
        // constructor, which would hide the other errors.
        var errors = services.GetServices<IActionHandler>()
            .Where(handler => handler.Timeout + (2 * syncGatewayTimeout) > limit)
            .Select(handler => $"One read and one write of a document (SyncGateway:Timeout, {syncGatewayTimeout} each) and "
                + $"{handler.GetType().Name} ({handler.Timeout}) together take longer than Worker:DeliveryTimeout ({limit}). "
                + "Shorten SyncGateway:Timeout or the timeout of the action.")
            .ToArray();
        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
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
