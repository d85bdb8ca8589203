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
    /// <param name="processor">Processes the messages of the work queues, of both lanes.</param>
    /// <param name="quarantineProcessor">Processes those in quarantine, one at a time.</param>
    /// <param name="poisonProcessor">Ends messages that killed every process that processed them.</param>
    /// <param name="concurrency">
    /// How many messages of a lane the processor gets at the same time. They may wait there for each other.
    /// </param>
    /// <param name="isTaken">
    /// Whether this process takes the messages, asked when the process starts; null when it does. Its queues are declared in either case.
    /// </param>
    /// <exception cref="ArgumentException">The message belongs to no action of the catalog.</exception>
    public MessagingBuilder Consume<TMessage>(
        Func<IServiceProvider, IMessageProcessor> processor,
        Func<IServiceProvider, IMessageProcessor> quarantineProcessor,
        Func<IServiceProvider, IMessageProcessor> poisonProcessor,
        Func<IServiceProvider, Lane, int> concurrency,
        Func<IServiceProvider, bool>? isTaken = null)
        where TMessage : ActionRequested
    {
        var contract = Catalog.GetByMessage<TMessage>();
        consumers.Add(new ConsumerRegistration<TMessage>(
            contract, processor, quarantineProcessor, poisonProcessor, concurrency, isTaken ?? (_ => true)));
        used.UnionWith(Catalog.Actions);
        return this;
    }

    /// <summary>The consumers of the actions that this process takes.</summary>
    internal IEnumerable<ConsumerRegistration> FindTaken(IServiceProvider services) => consumers.Where(consumer => consumer.IsTaken(services));

    internal void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        // Not MassTransit's context itself, which knows no keyed services.
        var services = context.GetRequiredService<IServiceProvider>();
        foreach (var consumer in FindTaken(services))
        {
            consumer.Configure(bus, services);
        }
    }

    internal void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        var services = context.GetRequiredService<IServiceProvider>();
        foreach (var consumer in FindTaken(services))
        {
            consumer.Configure(bus, services);
        }
    }
}
