using Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults.Bus;

/// <summary>How a consumer is attached to its queues.</summary>
internal abstract class ConsumedQueue
{
    public abstract void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context);

    public abstract void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context);
}

internal sealed class ConsumedQueue<TConsumer>(ActionQueues queues, Func<IServiceProvider, int> concurrency) : ConsumedQueue
    where TConsumer : class, IConsumer
{
    public override void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        var topology = context.GetRequiredService<BusTopology>().Of(queues);
        bus.ReceiveEndpoint(queues.Work, endpoint =>
        {
            foreach (var (argument, value) in topology[queues.Work].Arguments)
            {
                endpoint.SetQueueArgument(argument, value);
            }

            Configure(endpoint, context);
        });
    }

    public override void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        bus.ReceiveEndpoint(queues.Work, endpoint => Configure(endpoint, context));

    private void Configure(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        var limit = concurrency(context);
        endpoint.ConcurrentMessageLimit = limit;
        endpoint.PrefetchCount = limit;
        endpoint.PublishFaults = false;
        endpoint.ConfigureConsumer<TConsumer>(context);
    }
}
