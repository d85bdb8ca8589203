using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Presence;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.ImageText;
using OfflineActions.Worker.Actions.Person;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Worker;

/// <summary>Adds a worker to a process.</summary>
public static class WorkerModule
{
    /// <summary>The actions of a worker, one line each: the message, its handler, and the services that the handler needs.</summary>
    public static MessagingBuilder AddWorkerActions(this MessagingBuilder messaging) => messaging
        .AddAction<PersonRequested, PersonHandler>(PersonModule.AddServices)
        .AddAction<ImageTextRequested, ImageTextHandler>(ImageTextModule.AddServices, ImageTextModule.FindObstacle);

    /// <summary>Performs the action that <typeparamref name="TMessage"/> requests with <typeparamref name="THandler"/>.</summary>
    /// <param name="messaging">What this process publishes and consumes.</param>
    /// <param name="addServices">Adds the services that the handler needs; null when it needs none.</param>
    /// <param name="findObstacle">
    /// Finds why this worker cannot perform the action, as a sentence for an operator, for example because a program is not installed; null
    /// when it can. It is asked once, at the start. The worker then leaves the action's messages to others. The handler is created all the same.
    /// </param>
    public static MessagingBuilder AddAction<TMessage, THandler>(
        this MessagingBuilder messaging,
        Action<IServiceCollection>? addServices = null,
        Func<IServiceProvider, string?>? findObstacle = null)
        where TMessage : ActionRequested
        where THandler : class, IActionHandler
    {
        var contract = messaging.Catalog.GetByMessage<TMessage>();
        addServices?.Invoke(messaging.Services);
        messaging.Services.TryAddSingleton<THandler>();
        messaging.Services.AddSingleton<IActionHandler>(services => services.GetRequiredService<THandler>());
        messaging.Services.AddKeyedSingleton<CircuitBreaker>(contract);
        messaging.Services.AddKeyedSingleton<HeldRequests>(contract);
        var worked = new WorkedAction(contract, typeof(THandler), findObstacle);
        messaging.Services.AddSingleton(worked);
        return messaging.Consume<TMessage>(
            services => CreateProcessor(services, isQuarantine: false),
            services => CreateProcessor(services, isQuarantine: true),
            services => ActivatorUtilities.CreateInstance<PoisonProcessor>(services, contract),
            (services, lane) => LanePlaces.GetMost(GetLimit(services), lane),
            services => services.GetRequiredService<TakenActions>().Contains(contract));

        ActionProcessor CreateProcessor(IServiceProvider services, bool isQuarantine) => ActivatorUtilities.CreateInstance<ActionProcessor>(
            services,
            contract,
            services.GetRequiredService<THandler>(),
            services.GetRequiredKeyedService<CircuitBreaker>(contract),
            services.GetRequiredKeyedService<HeldRequests>(contract),
            GetLimit(services),
            isQuarantine);

        int GetLimit(IServiceProvider services) => worked.GetLimit(services, services.GetRequiredService<IOptions<WorkerOptions>>().Value);
    }

    /// <summary>Adds the services that read documents, perform actions and write results.</summary>
    public static WebApplicationBuilder AddWorker(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<WorkerOptions>(WorkerOptions.Section);
        builder.Services.AddSingleton<TakenActions>();
        builder.Services.AddSingleton<IValidateOptions<WorkerOptions>>(services => services.GetRequiredService<TakenActions>());
        builder.Services.AddDeliveryBudget();
        builder.Services.AddSingleton<ActionRunner>();
        builder.Services.AddSingleton<ProgressWriter>();
        builder.Services.AddSingleton<DelayedRedelivery>();
        builder.Services.AddSingleton<SyncGatewayHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<SyncGatewayHealthCheck>("sync-gateway", tags: ["ready"]);
        builder.Services.AddSingleton<DoneSummary>();
        builder.Services.AddSingleton<WorkerTelemetry>();
        builder.Services.AddSingleton<IPresenceSource, WorkerPresence>();
        return builder.AddSyncGatewayClient();
    }
}
