using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Messaging.Consuming;

/// <summary>Attaches the processors of one action to its queues.</summary>
internal abstract class ConsumerRegistration
{
    public abstract void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context);

    public abstract void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context);
}

/// <param name="contract">The action.</param>
/// <param name="processor">Processes the messages of the work queue.</param>
/// <param name="quarantineProcessor">Processes those in quarantine, one at a time.</param>
/// <param name="poisonProcessor">Ends messages that killed every process that processed them.</param>
/// <param name="concurrency">How many messages of the work queue are processed at the same time.</param>
internal sealed class ConsumerRegistration<TMessage>(
    ActionContract contract,
    Func<IServiceProvider, IMessageProcessor> processor,
    Func<IServiceProvider, IMessageProcessor> quarantineProcessor,
    Func<IServiceProvider, IMessageProcessor> poisonProcessor,
    Func<IServiceProvider, int> concurrency) : ConsumerRegistration
    where TMessage : ActionRequested
{
    public override void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        var topology = context.GetRequiredService<BusTopology>().Get(contract.Queues);
        var stalls = context.GetRequiredService<StallDetector>();
        // Not MassTransit's context itself, which knows no keyed services.
        var services = context.GetRequiredService<IServiceProvider>();
        var log = services.GetRequiredService<ILogger<ConsumerRegistration>>();
        var limit = concurrency(services);
        stalls.Watch(contract.Queues.Work, limit);
        Attach(topology[contract.Queues.Work], processor(services), limit);
        Attach(topology[contract.Queues.Quarantine], quarantineProcessor(services), 1);
        Attach(topology[contract.Queues.Poison], poisonProcessor(services), 1);

        void Attach(QueueDeclaration queue, IMessageProcessor queueProcessor, int queueLimit) => bus.ReceiveEndpoint(queue.Name, endpoint =>
        {
            foreach (var (argument, value) in queue.Arguments)
            {
                endpoint.SetQueueArgument(argument, value);
            }

            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConnectReceiveEndpointObserver(stalls);
            Configure(endpoint, queueProcessor, queueLimit, log, isInMemory: false);
        });
    }

    public override void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        var services = context.GetRequiredService<IServiceProvider>();
        bus.ReceiveEndpoint(
            contract.Queues.Work,
            endpoint => Configure(
                endpoint,
                processor(services),
                concurrency(services),
                services.GetRequiredService<ILogger<ConsumerRegistration>>(),
                isInMemory: true));
    }

    private void Configure(
        IReceiveEndpointConfigurator endpoint, IMessageProcessor queueProcessor, int limit, ILogger log, bool isInMemory)
    {
        endpoint.ConcurrentMessageLimit = limit;
        endpoint.PrefetchCount = limit;
        endpoint.PublishFaults = false;
        ErrorPipeline.Configure(endpoint, contract);
        endpoint.Consumer(() => new Consumer(contract, queueProcessor, log, isInMemory));
    }

    private sealed class Consumer(ActionContract contract, IMessageProcessor processor, ILogger log, bool isInMemory)
        : IConsumer<TMessage>
    {
        public async Task Consume(ConsumeContext<TMessage> context)
        {
            var delivery = new Delivery<TMessage>(context, contract, isInMemory);
            // Also while the trace is not known: its document may name it.
            using var scope = log.BeginScope(delivery.Trace);
            await processor.ProcessAsync(delivery);
        }
    }
}
