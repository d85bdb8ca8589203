using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Messaging;

/// <summary>Collects which actions a process publishes and consumes.</summary>
public sealed class MessagingBuilder
{
    private readonly List<ConsumerRegistration> consumers = [];
    private readonly HashSet<ActionContract> used = [];

    internal MessagingBuilder(IServiceCollection services, ActionCatalog catalog) => (Services, Catalog) = (services, catalog);

    /// <summary>The services of the process, for what a processor needs.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The actions of the system.</summary>
    public ActionCatalog Catalog { get; }

    internal bool Publishes { get; private set; }

    internal IReadOnlyList<ConsumerRegistration> Consumers => consumers;

    internal bool PublishesAndConsumes => Publishes && consumers.Count > 0;

    /// <summary>The actions whose queues this process needs.</summary>
    internal IReadOnlyCollection<ActionContract> Used => used;

    /// <summary>This process publishes the messages of every action in the catalog.</summary>
    public MessagingBuilder PublishAll()
    {
        Publishes = true;
        used.UnionWith(Catalog.Actions);
        return this;
    }

    /// <summary>This process consumes <typeparamref name="TMessage"/>.</summary>
    /// <param name="processor">Processes the messages of the work queue.</param>
    /// <param name="quarantineProcessor">Processes those in quarantine, one at a time.</param>
    /// <param name="poisonProcessor">Ends messages that killed every process that processed them.</param>
    /// <param name="concurrency">How many messages are processed at the same time.</param>
    /// <exception cref="ArgumentException">The message belongs to no action of the catalog.</exception>
    public MessagingBuilder Consume<TMessage>(
        Func<IServiceProvider, IMessageProcessor> processor,
        Func<IServiceProvider, IMessageProcessor> quarantineProcessor,
        Func<IServiceProvider, IMessageProcessor> poisonProcessor,
        Func<IServiceProvider, int> concurrency)
        where TMessage : ActionRequested
    {
        var contract = Catalog.GetByMessage<TMessage>();
        consumers.Add(new ConsumerRegistration<TMessage>(contract, processor, quarantineProcessor, poisonProcessor, concurrency));
        used.Add(contract);
        return this;
    }

    internal void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        consumers.ForEach(consumer => consumer.Configure(bus, context));

    internal void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        consumers.ForEach(consumer => consumer.Configure(bus, context));
}
