using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>The longest timeout of a handler that fits into a delivery.</summary>
public sealed class DeliveryBudgetTests
{
    [TestCase(60, 10, 40, null)]
    [TestCase(60, 10, 41, "The longest Timeout that fits is 00:00:40.")]
    [TestCase(30, 14, 3, "The longest Timeout that fits is 00:00:02.")]
    [TestCase(20, 10, 1, "No Timeout fits: SyncGateway:Timeout must be shorter than half of Worker:DeliveryTimeout.")]
    public void A_handler_that_takes_too_long_hears_what_fits(int delivery, int syncGateway, int handler, string? advice)
    {
        using var services = new ServiceCollection()
            .AddSingleton<IActionHandler>(new FunctionHandler(_ => throw new NotSupportedException(), TimeSpan.FromSeconds(handler)))
            .BuildServiceProvider();
        var validation = new DeliveryBudgetValidation(
            Options.Create(new WorkerOptions { DeliveryTimeout = TimeSpan.FromSeconds(delivery) }),
            Options.Create(new SyncGatewayOptions { Timeout = TimeSpan.FromSeconds(syncGateway) }),
            services);

        var result = validation.Validate(null, new DeliveryBudget());

        Assert.That(result.Failed, Is.EqualTo(advice is not null));
        Assert.That(result.FailureMessage, advice is null ? Is.Null : Does.Contain("FunctionHandler").And.Contain(advice));
    }
}
