using Contracts;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ServiceDefaults.Bus;
using ServiceDefaults.Configuration;
using SyncGateway;
using Worker.Actions;
using Worker.Actions.Person;
using Worker.Delivery;

namespace Worker;

/// <summary>What a process needs to be a worker.</summary>
public static class WorkerModule
{
    /// <summary>Every action a worker does, a line each.</summary>
    public static MessagingBuilder AddWorkerActions(this MessagingBuilder bus) => bus
        .AddAction<PersonRequested, PersonHandler>(PersonAction.Contract);

    /// <summary>Has <typeparamref name="THandler"/> do the work that <typeparamref name="TMessage"/> asks for.</summary>
    public static MessagingBuilder AddAction<TMessage, THandler>(this MessagingBuilder bus, ActionContract<TMessage> contract)
        where TMessage : class
        where THandler : class, IActionHandler
    {
        bus.Services.TryAddSingleton<THandler>();
        bus.Services.AddSingleton<IActionHandler>(services => services.GetRequiredService<THandler>());
        bus.Services.AddSingleton(contract);
        return bus.Consume<TMessage, ActionConsumer<TMessage, THandler>, PoisonConsumer<TMessage>>(
            contract.Queues,
            services => Math.Min(
                services.GetRequiredService<IOptions<WorkerOptions>>().Value.Concurrency,
                services.GetRequiredService<THandler>().MaxConcurrency ?? int.MaxValue));
    }

    /// <summary>Adds what reads requests, has them done and writes the answers.</summary>
    public static WebApplicationBuilder AddWorker(this WebApplicationBuilder builder)
    {
        builder.Services.AddSection<WorkerOptions>(WorkerOptions.Section);
        builder.Services.AddDeliveryBudget();
        builder.Services.AddSingleton<ActionRunner>();
        builder.Services.AddSingleton<CircuitBreaker>();
        builder.Services.AddSingleton<SyncGatewayHealthCheck>();
        builder.Services.AddHealthChecks().AddCheck<SyncGatewayHealthCheck>("sync-gateway", tags: ["ready"]);
        builder.Services.AddSingleton<WorkerTelemetry>();
        builder.AddSyncGatewayClient();
        builder.AddPersonAction();
        return builder;
    }
}
