using System.Diagnostics;
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
            Configure(endpoint, queue.Name, queueProcessor, queueLimit, services, isInMemory: false);
        });
    }

    public override void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        var services = context.GetRequiredService<IServiceProvider>();
        var queue = contract.Queues.Work;
        bus.ReceiveEndpoint(
            queue, endpoint => Configure(endpoint, queue, processor(services), concurrency(services), services, isInMemory: true));
    }

    private void Configure(
        IReceiveEndpointConfigurator endpoint,
        string queue,
        IMessageProcessor queueProcessor,
        int limit,
        IServiceProvider services,
        bool isInMemory)
    {
        var telemetry = services.GetRequiredService<MessagingTelemetry>();
        var log = services.GetRequiredService<ILogger<ConsumerRegistration>>();
        endpoint.ConcurrentMessageLimit = limit;
        endpoint.PrefetchCount = limit;
        endpoint.PublishFaults = false;
        ErrorPipeline.Configure(endpoint, contract, telemetry);
        endpoint.Consumer(() => new Consumer(contract, queue, queueProcessor, telemetry, log, isInMemory));
    }

    private sealed class Consumer(
        ActionContract contract, string queue, IMessageProcessor processor, MessagingTelemetry telemetry, ILogger log, bool isInMemory)
        : IConsumer<TMessage>
    {
        public async Task Consume(ConsumeContext<TMessage> context)
        {
            var started = Stopwatch.GetTimestamp();
            var delivery = new Delivery<TMessage>(context, contract, telemetry, isInMemory);
            // Also while the trace is not known: its document may name it.
            using var scope = log.BeginScope(delivery.Trace);
            var processing = processor.ProcessAsync(delivery);
            await (telemetry.IsProcessingMeasured ? telemetry.MeasureAsync(queue, started, processing) : processing);
        }
    }
}
