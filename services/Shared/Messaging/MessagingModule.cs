using MassTransit;
using MassTransit.Configuration;
using MassTransit.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Messaging.Leases;
using OfflineActions.Messaging.Pausing;
using OfflineActions.Messaging.Presence;
using OfflineActions.Messaging.Publishing;
using OfflineActions.Messaging.Tls;
using OfflineActions.Messaging.Topology;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Messaging;

/// <summary>Connects a process to the broker.</summary>
public static class MessagingModule
{
    /// <summary>Adds messaging for the actions that <paramref name="configure"/> publishes and consumes.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="catalog">The actions of the system.</param>
    /// <param name="configure">Says what this process publishes and consumes.</param>
    public static WebApplicationBuilder AddMessaging(
        this WebApplicationBuilder builder, ActionCatalog catalog, Action<MessagingBuilder> configure)
    {
        var messaging = new MessagingBuilder(builder.Services, catalog);
        configure(messaging);

        builder.Services.AddSingleton(catalog);
        builder.Services.AddSingleton(messaging);
        builder.Services.AddSingleton<BusTopology>();
        builder.Services.AddSingleton<BrokerIncarnation>();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(services => new ActionPauses(messaging.FindTaken(services).Select(consumer => consumer.Contract)));
        builder.Services.AddSingleton<MessagingTelemetry>();
        builder.Services.AddSingleton<MessagePublisher>();
        builder.Services.AddSingleton(services => new BrokerLeases(
            services.GetRequiredService<IOptions<BusOptions>>(), services.GetRequiredService<BusTopology>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IValidateOptions<BusOptions>, BusOptionsValidation>();
        builder.Services.AddSection<BusOptions>(BusOptions.Section);
        builder.Services.AddGracefulShutdown();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RepeatedEvents>();
        builder.Services.AddSingleton<LoggerFactory>();
        builder.Services.AddSingleton<ILoggerFactory>(services => new BusLoggerFactory(
            services.GetRequiredService<LoggerFactory>(), services.GetRequiredService<RepeatedEvents>()));

        // A value that cannot be read is reported later, together with every other configuration error.
        var transport = builder.Configuration[$"{BusOptions.Section}:{nameof(BusOptions.Transport)}"];
        if (Enum.TryParse<BusTransport>(transport, ignoreCase: true, out var chosen) && chosen is BusTransport.InMemory)
        {
            builder.Services.AddMassTransit(registration => registration.DisableUsageTelemetry().UsingInMemory((context, bus) =>
            {
                UseWireFormat(bus, catalog);
                bus.Publish<ActionRequested>(topology => topology.Exclude = true);
                messaging.Configure(bus, context);
            }));
        }
        else
        {
            builder.Services.AddSingleton<ConnectionGate>();
            builder.Services.AddSingleton<PauseWatch>();
            builder.Services.AddSingleton<BusTurn>();
            builder.Services.AddSingleton<BusRecovery>();
            builder.Services.AddSingleton<PausableConsumers>();
            builder.Services.AddSingleton<TopologyDeclarer>();
            builder.Services.AddHostedService(services => services.GetRequiredService<TopologyDeclarer>());
            builder.Services.AddSingleton<StallDetector>();
            builder.Services.AddHealthChecks()
                .AddCheck<TopologyDeclarer>("topology", tags: ["ready"])
                .AddCheck<StallDetector>("stall", tags: ["live"]);
            builder.Services.AddMassTransit(registration => registration.DisableUsageTelemetry().UsingRabbitMq((context, bus) =>
            {
                var lifetime = context.GetRequiredService<IHostApplicationLifetime>();
                var gate = context.GetRequiredService<ConnectionGate>();
                var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
                bus.Host(
                    options.Address,
                    host => host.OnRefreshConnectionFactory = async factory =>
                    {
                        var node = await gate.PassAsync(lifetime.ApplicationStopping);
                        node.Use(factory, options);
                        BrokerTls.Apply(factory, options);
                    });
                UseDeclaredQueues(bus, messaging);
                UseWireFormat(bus, catalog);
                bus.Publish<ActionRequested>(topology => topology.Exclude = true);
                bus.ConnectReceiveObserver(context.GetRequiredService<StallDetector>());
                messaging.Configure(bus, context);
            }));

            // After MassTransit's own service, so that they start after the bus and stop before it does.
            builder.Services.AddHostedService(services => services.GetRequiredService<BusRecovery>());
            if (messaging.Consumers.Count > 0)
            {
                builder.Services.AddHostedService(services => services.GetRequiredService<PausableConsumers>());
                builder.Services.AddHealthChecks().AddCheck<PausableConsumers>("consumers", tags: ["ready"]);
            }

            builder.Services.AddHostedService<PresencePublisher>();
        }

        return builder;
    }

    /// <summary>A message is plain JSON with everything else in headers, so that any client can publish one.</summary>
    private static void UseWireFormat(IBusFactoryConfigurator bus, ActionCatalog catalog)
    {
        var bare = new SystemTextJsonRawMessageSerializerFactory(RawSerializerOptions.AnyMessageType | RawSerializerOptions.AddTransportHeaders);
        bus.ClearSerialization();
        bus.AddSerializer(bare);
        bus.AddDeserializer(new EnvelopeDeserializerFactory(bare.ContentType, bare), isDefault: true);
        bus.AddDeserializer(new EnvelopeDeserializerFactory(SystemTextJsonMessageSerializer.JsonContentType, bare));
        WireNames.Use(bus, catalog);
    }

    private static void UseDeclaredQueues(IRabbitMqBusFactoryConfigurator bus, MessagingBuilder messaging)
    {
        var names = new ErrorQueueNames([.. messaging.Used.Select(action => action.Queues)]);
        bus.SendTopology.ErrorQueueNameFormatter = names;
        bus.SendTopology.DeadLetterQueueNameFormatter = names;
        bus.SendTopology.ConfigureErrorSettings = ActionTopology.UseKeptArguments;
        bus.SendTopology.ConfigureDeadLetterSettings = ActionTopology.UseKeptArguments;
    }
}
