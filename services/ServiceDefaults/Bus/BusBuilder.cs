using Contracts;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults.Bus;

/// <summary>Collects what a process publishes and consumes.</summary>
public sealed class BusBuilder
{
    private readonly List<ConsumedQueue> consumed = [];
    private readonly Dictionary<Type, ActionQueues> messages = [];

    internal BusBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the process, for what a publisher or consumer needs beside the bus.</summary>
    public IServiceCollection Services { get; }

    internal bool Publishes { get; private set; }

    internal bool PublishesAndConsumes => Publishes && consumed.Count > 0;

    /// <summary>Every message this process publishes or consumes, and the queues it passes.</summary>
    internal IReadOnlyDictionary<Type, ActionQueues> Messages => messages;

    /// <summary>This process publishes <typeparamref name="TMessage"/>, which waits in <paramref name="queues"/> until somebody consumes it.</summary>
    public BusBuilder Publish<TMessage>(ActionQueues queues)
        where TMessage : class
    {
        Publishes = true;
        messages[typeof(TMessage)] = queues;
        return this;
    }

    /// <summary>This process consumes <typeparamref name="TMessage"/> from <paramref name="queues"/>.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    /// <typeparam name="TConsumer">Works it.</typeparam>
    /// <typeparam name="TUndertaker">Ends a message that has killed every process that held it.</typeparam>
    /// <param name="queues">The queues of the message.</param>
    /// <param name="concurrency">How many messages may be worked on at the same time.</param>
    public BusBuilder Consume<TMessage, TConsumer, TUndertaker>(ActionQueues queues, Func<IServiceProvider, int> concurrency)
        where TMessage : class
        where TConsumer : class, IConsumer<TMessage>
        where TUndertaker : class, IConsumer<TMessage>
    {
        Services.RegisterConsumer<TConsumer>();
        Services.RegisterConsumer<TUndertaker>();
        consumed.Add(new ConsumedQueue<TConsumer, TUndertaker>(queues, concurrency));
        messages[typeof(TMessage)] = queues;
        return this;
    }

    internal void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        consumed.ForEach(queue => queue.Configure(bus, context));

    internal void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        consumed.ForEach(queue => queue.Configure(bus, context));
}
