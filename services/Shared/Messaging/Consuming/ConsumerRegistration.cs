using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Messaging.Consuming;

/// <summary>Attaches the processors of one action to its queues.</summary>
internal abstract class ConsumerRegistration(ActionContract contract, Func<IServiceProvider, bool> isTaken)
{
    public ActionContract Contract => contract;

    /// <summary>Whether this process takes the messages.</summary>
    public bool IsTaken(IServiceProvider services) => isTaken(services);

    /// <summary>Adds the consumer of the poison queue, which is never paused.</summary>
    public abstract void Configure(IRabbitMqBusFactoryConfigurator bus, IServiceProvider services);

    /// <summary>Adds all consumers.</summary>
    public abstract void Configure(IInMemoryBusFactoryConfigurator bus, IServiceProvider services);

    /// <summary>The consumers of both lanes' work queues and of the quarantine queue. Called once.</summary>
    public abstract IReadOnlyList<PausableEndpoint> CreateEndpoints(IServiceProvider services);
}

/// <param name="contract">The action.</param>
/// <param name="processor">Processes the messages of the work queues, of both lanes.</param>
/// <param name="quarantineProcessor">Processes those in quarantine, one at a time.</param>
/// <param name="poisonProcessor">Ends messages that killed every process that processed them.</param>
/// <param name="concurrency">How many messages of a lane's work queue are given to the processor at the same time.</param>
/// <param name="isTaken">Whether this process takes the messages.</param>
internal sealed class ConsumerRegistration<TMessage>(
    ActionContract contract,
    Func<IServiceProvider, IMessageProcessor> processor,
    Func<IServiceProvider, IMessageProcessor> quarantineProcessor,
    Func<IServiceProvider, IMessageProcessor> poisonProcessor,
    Func<IServiceProvider, Lane, int> concurrency,
    Func<IServiceProvider, bool> isTaken) : ConsumerRegistration(contract, isTaken)
    where TMessage : ActionRequested
{
    public override void Configure(IRabbitMqBusFactoryConfigurator bus, IServiceProvider services)
    {
        var queue = Contract.Queues.Poison;
        bus.ReceiveEndpoint(queue, endpoint => Configure(endpoint, queue, poisonProcessor(services), 1, services));
    }

    public override IReadOnlyList<PausableEndpoint> CreateEndpoints(IServiceProvider services)
    {
        var shared = processor(services);
        return
        [
            .. Lanes.All.Select(CreateLane),
            Create(Contract.Queues.Quarantine, quarantineProcessor(services), 1),
        ];

        PausableEndpoint CreateLane(Lane lane)
        {
            var (queue, limit) = (Contract.Queues.WorkOf(lane), concurrency(services, lane));
            services.GetRequiredService<StallDetector>().Watch(queue, limit);
            return Create(queue, shared, limit);
        }

        PausableEndpoint Create(string queue, IMessageProcessor queueProcessor, int queueLimit) =>
            new(queue, endpoint => Configure(endpoint, queue, queueProcessor, queueLimit, services));
    }

    public override void Configure(IInMemoryBusFactoryConfigurator bus, IServiceProvider services)
    {
        var shared = processor(services);
        foreach (var lane in Lanes.All)
        {
            var queue = Contract.Queues.WorkOf(lane);
            bus.ReceiveEndpoint(queue, endpoint =>
            {
                // What is published comes to the interactive lane. What goes to the other one is sent there.
                endpoint.ConfigureConsumeTopology = lane is Lane.Interactive;
                Configure(endpoint, queue, shared, concurrency(services, lane), services, isInMemory: true);
            });
        }
    }

    private void Configure(
        IRabbitMqReceiveEndpointConfigurator endpoint, string queue, IMessageProcessor queueProcessor, int limit, IServiceProvider services)
    {
        foreach (var (argument, value) in services.GetRequiredService<BusTopology>().Get(Contract.Queues)[queue].Arguments)
        {
            endpoint.SetQueueArgument(argument, value);
        }

        endpoint.ConfigureConsumeTopology = false;
        endpoint.ConnectReceiveEndpointObserver(services.GetRequiredService<StallDetector>());
        Configure(endpoint, queue, queueProcessor, limit, services, isInMemory: false);
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
        ErrorPipeline.Configure(endpoint, Contract, telemetry);
        endpoint.Consumer(() => new Consumer(Contract, queue, queueProcessor, telemetry, log, isInMemory));
    }

    private sealed class Consumer(
        ActionContract contract, string queue, IMessageProcessor processor, MessagingTelemetry telemetry, ILogger log, bool isInMemory)
        : IConsumer<TMessage>
    {
        public async Task Consume(ConsumeContext<TMessage> context)
        {
            var started = Stopwatch.GetTimestamp();
            var delivery = new Delivery<TMessage>(context, contract, queue, telemetry, isInMemory);
            // Also while the trace is not known: its document may name it.
            using var scope = log.BeginScope(delivery.Trace);
            var processing = processor.ProcessAsync(delivery);
            await (telemetry.IsProcessingMeasured ? telemetry.MeasureAsync(queue, started, processing) : processing);
        }
    }
}
