using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServiceDefaults.Configuration;

namespace ServiceDefaults.Bus;

/// <summary>Connects a process to the bus.</summary>
public static class MessagingModule
{
    /// <summary>Adds the bus, and on it what <paramref name="configure"/> says this process publishes and consumes.</summary>
    public static WebApplicationBuilder AddMessaging(this WebApplicationBuilder builder, Action<MessagingBuilder> configure)
    {
        var bus = new MessagingBuilder(builder.Services);
        configure(bus);

        builder.Services.AddSingleton(bus);
        builder.Services.AddSingleton<BusTopology>();
        builder.Services.AddSingleton<BrokerIncarnation>();
        builder.Services.AddSingleton<DelayedRedelivery>();
        builder.Services.AddSingleton<IValidateOptions<BusOptions>, BusOptionsValidation>();
        builder.Services.AddSection<BusOptions>(BusOptions.Section);
        builder.Services.AddGracefulShutdown();

        // What cannot be read is told later, with everything else that is wrong.
        var transport = builder.Configuration[$"{BusOptions.Section}:{nameof(BusOptions.Transport)}"];
        if (Enum.TryParse<BusTransport>(transport, ignoreCase: true, out var chosen) && chosen is BusTransport.InMemory)
        {
            builder.Services.AddMassTransit(registration => registration.DisableUsageTelemetry().UsingInMemory((context, transport) =>
            {
                UsePlainJson(transport);
                bus.Configure(transport, context);
            }));
        }
        else
        {
            builder.Services.AddSingleton<TopologyDeclarer>();
            builder.Services.AddHostedService(services => services.GetRequiredService<TopologyDeclarer>());
            builder.Services.AddSingleton<StallDetector>();
            builder.Services.AddHealthChecks()
                .AddCheck<TopologyDeclarer>("topology", tags: ["ready"])
                .AddCheck<StallDetector>("stall", tags: ["live"]);
            builder.Services.AddMassTransit(registration => registration.DisableUsageTelemetry().UsingRabbitMq((context, transport) =>
            {
                transport.Host(context.GetRequiredService<IOptions<BusOptions>>().Value.Url);
                UseQueuesAsDeclared(transport, bus);
                UsePlainJson(transport);
                transport.ConnectReceiveObserver(context.GetRequiredService<StallDetector>());
                bus.Configure(transport, context);
            }));
        }

        return builder;
    }

    /// <summary>A message is its own JSON, with the rest in headers, so that any client can write one, even the management page.</summary>
    private static void UsePlainJson(IBusFactoryConfigurator bus) => bus.UseRawJsonSerializer(
        RawSerializerOptions.AnyMessageType | RawSerializerOptions.AddTransportHeaders,
        isDefault: true);

    private static void UseQueuesAsDeclared(IRabbitMqBusFactoryConfigurator transport, MessagingBuilder bus)
    {
        var names = new EndingQueueNames(bus.Messages.Values.Distinct().ToArray());
        transport.SendTopology.ErrorQueueNameFormatter = names;
        transport.SendTopology.DeadLetterQueueNameFormatter = names;
        transport.SendTopology.ConfigureErrorSettings = ActionTopology.Keep;
        transport.SendTopology.ConfigureDeadLetterSettings = ActionTopology.Keep;
    }
}
