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
        var longest = limit - (2 * syncGatewayTimeout);

        // A handler whose own options have errors cannot be created. So it is created here, where that is one more error, and not by the
        // constructor, which would hide the other errors.
        var errors = services.GetServices<IActionHandler>()
            .Where(handler => handler.Timeout > longest)
            .Select(handler => $"One read and one write of a document (SyncGateway:Timeout, {syncGatewayTimeout} each) and "
                + $"{handler.GetType().Name} ({handler.Timeout}) together take longer than Worker:DeliveryTimeout ({limit}). "
                + (longest > TimeSpan.Zero
                    ? $"The longest Timeout that fits is {longest}. Shorten it, or SyncGateway:Timeout."
                    : "No Timeout fits: SyncGateway:Timeout must be shorter than half of Worker:DeliveryTimeout."))
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
