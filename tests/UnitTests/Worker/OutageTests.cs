using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.ImageText;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

/// <summary>Which failures pause an action for everybody: those of what it needs, and none that one user's document can cause.</summary>
public sealed class OutageTests
{
    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private static readonly TestCaseData<ActionResult, bool>[] Failures =
    [
        new(new ActionResult.TransientFailure("swapi_unavailable", "SWAPI does not answer."), true) { TestName = "An outage" },
        new(ImageTextFailures.TimedOut(TimeSpan.FromSeconds(25)), false) { TestName = "A picture that takes too long" },
        new(ImageTextFailures.EngineFailed(), false) { TestName = "A picture that ends the engine" },
        new(new ActionResult.PermanentFailure("person_not_found", "There is no such person."), false) { TestName = "A failure for good" },
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task The_circuit_breaker_opens_after_an_outage_alone(ActionResult result, bool opens)
    {
        await using var outside = await Emulated.StartAsync();
        await outside.Admin.PutAnswerAsync("db/d", """{"action":"person_request"}""");
        using var host = WorkerHost.Create(outside.Gateway.PublicUrl, services =>
        {
            services.AddSingleton(Options.Create(new BusOptions()));
            services.AddSingleton(Options.Create(new WorkerOptions { CircuitBreakerAttempts = 1, ProgressFrom = TimeSpan.Zero }));
            services.AddSingleton<DelayedRedelivery>().AddSingleton<RepeatedEvents>();
        });
        var breaker = ActivatorUtilities.CreateInstance<CircuitBreaker>(host.Services);
        var processor = ActivatorUtilities.CreateInstance<ActionProcessor>(
            host.Services,
            Contract,
            new FunctionHandler(_ => Task.FromResult(result), TimeSpan.FromSeconds(30)),
            breaker,
            new HeldRequests(TimeProvider.System),
            512,
            false);

        try
        {
            await processor.ProcessAsync(new FakeDelivery());
        }
        catch (MessageFailedException) when (result is ActionResult.PermanentFailure)
        {
            // It moves the message to the error queue.
        }

        Assert.That(breaker.IsOpen, Is.EqualTo(opens));
    }
}
