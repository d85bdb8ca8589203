using Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults.Bus;

/// <summary>How consumers are attached to the queues of one message.</summary>
internal abstract class ConsumerRegistration
{
    public abstract void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context);

    public abstract void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context);
}

/// <typeparam name="TConsumer">Works the messages, many at a time, and those in quarantine one at a time.</typeparam>
/// <typeparam name="TPoisonConsumer">Ends the messages that nobody survives.</typeparam>
internal sealed class ConsumerRegistration<TConsumer, TPoisonConsumer>(ActionQueues queues, Func<IServiceProvider, int> concurrency) : ConsumerRegistration
    where TConsumer : class, IConsumer
    where TPoisonConsumer : class, IConsumer
{
    public override void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        var topology = context.GetRequiredService<BusTopology>().Of(queues);
        var stalls = context.GetRequiredService<StallDetector>();
        stalls.Watch(queues.Work, concurrency(context));
        Attach<TConsumer>(topology[queues.Work], concurrency(context));
        Attach<TConsumer>(topology[queues.Quarantine], 1);
        Attach<TPoisonConsumer>(topology[queues.Poison], 1);

        void Attach<T>(QueueDeclaration queue, int limit)
            where T : class, IConsumer => bus.ReceiveEndpoint(queue.Name, endpoint =>
        {
            foreach (var (argument, value) in queue.Arguments)
            {
                endpoint.SetQueueArgument(argument, value);
            }

            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConnectReceiveEndpointObserver(stalls);
            Configure<T>(endpoint, context, limit);
        });
    }

    public override void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        bus.ReceiveEndpoint(queues.Work, endpoint => Configure<TConsumer>(endpoint, context, concurrency(context)));

    private static void Configure<T>(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context, int limit)
        where T : class, IConsumer
    {
        endpoint.ConcurrentMessageLimit = limit;
        endpoint.PrefetchCount = limit;
        endpoint.PublishFaults = false;
        HandBack.WhatIsCancelled(endpoint);
        EndingHeaders.Keep(endpoint);
        endpoint.ConfigureConsumer<T>(context);
    }
}
