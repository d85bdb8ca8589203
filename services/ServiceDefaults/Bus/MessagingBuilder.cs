using Contracts;
using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults.Bus;

/// <summary>Collects what a process publishes and consumes.</summary>
public sealed class MessagingBuilder
{
    private readonly List<ConsumerRegistration> consumed = [];
    private readonly Dictionary<Type, ActionQueues> messages = [];

    internal MessagingBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the process, for what a publisher or consumer needs beside the bus.</summary>
    public IServiceCollection Services { get; }

    internal bool Publishes { get; private set; }

    internal bool PublishesAndConsumes => Publishes && consumed.Count > 0;

    /// <summary>Every message this process publishes or consumes, and the queues it passes.</summary>
    internal IReadOnlyDictionary<Type, ActionQueues> Messages => messages;

    /// <summary>This process publishes <typeparamref name="TMessage"/>, which waits in <paramref name="queues"/> until somebody consumes it.</summary>
    public MessagingBuilder Publish<TMessage>(ActionQueues queues)
        where TMessage : class
    {
        Publishes = true;
        messages[typeof(TMessage)] = queues;
        return this;
    }

    /// <summary>This process consumes <typeparamref name="TMessage"/> from <paramref name="queues"/>.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    /// <typeparam name="TConsumer">Works it.</typeparam>
    /// <typeparam name="TPoisonConsumer">Ends a message that has killed every process that held it.</typeparam>
    /// <param name="queues">The queues of the message.</param>
    /// <param name="concurrency">How many messages may be worked on at the same time.</param>
    public MessagingBuilder Consume<TMessage, TConsumer, TPoisonConsumer>(ActionQueues queues, Func<IServiceProvider, int> concurrency)
        where TMessage : class
        where TConsumer : class, IConsumer<TMessage>
        where TPoisonConsumer : class, IConsumer<TMessage>
    {
        Services.RegisterConsumer<TConsumer>();
        Services.RegisterConsumer<TPoisonConsumer>();
        consumed.Add(new ConsumerRegistration<TConsumer, TPoisonConsumer>(queues, concurrency));
        messages[typeof(TMessage)] = queues;
        return this;
    }

    internal void Configure(IRabbitMqBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        consumed.ForEach(queue => queue.Configure(bus, context));

    internal void Configure(IInMemoryBusFactoryConfigurator bus, IBusRegistrationContext context) =>
        consumed.ForEach(queue => queue.Configure(bus, context));
}
