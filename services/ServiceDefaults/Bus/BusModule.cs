using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Bus;

/// <summary>Connects a process to the bus.</summary>
public static class BusModule
{
    /// <summary>Adds the bus, and on it what <paramref name="configure"/> says this process publishes and consumes.</summary>
    public static WebApplicationBuilder AddBus(this WebApplicationBuilder builder, Action<BusBuilder> configure)
    {
        var bus = new BusBuilder(builder.Services);
        configure(bus);

        builder.Services.AddSingleton(bus);
        builder.Services.AddSingleton<BusTopology>();
        builder.Services.AddSingleton<BrokerMarker>();
        builder.Services.AddSingleton<DelayQueues>();
        builder.Services.AddSingleton<IValidateOptions<BusOptions>, BusOptionsValidation>();
        builder.Services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddDrain();

        if (builder.Configuration.GetValue<BusTransport>($"{BusOptions.Section}:{nameof(BusOptions.Transport)}") is BusTransport.InMemory)
        {
            builder.Services.AddMassTransit(registration => registration.DisableUsageTelemetry().UsingInMemory((context, transport) =>
            {
                UsePlainJson(transport);
                bus.Configure(transport, context);
            }));
        }
        else
        {
            builder.Services.AddSingleton<TopologyOwner>();
            builder.Services.AddHostedService(services => services.GetRequiredService<TopologyOwner>());
            builder.Services.AddHealthChecks().AddCheck<TopologyOwner>("topology", tags: ["ready"]);
            builder.Services.AddMassTransit(registration => registration.DisableUsageTelemetry().UsingRabbitMq((context, transport) =>
            {
                transport.Host(context.GetRequiredService<IOptions<BusOptions>>().Value.Url);
                UseQueuesAsDeclared(transport, bus);
                UsePlainJson(transport);
                bus.Configure(transport, context);
            }));
        }

        return builder;
    }

    /// <summary>A message is its own JSON, with the rest in headers, so that any client can write one, even the management page.</summary>
    private static void UsePlainJson(IBusFactoryConfigurator bus) => bus.UseRawJsonSerializer(
        RawSerializerOptions.AnyMessageType | RawSerializerOptions.AddTransportHeaders,
        isDefault: true);

    private static void UseQueuesAsDeclared(IRabbitMqBusFactoryConfigurator transport, BusBuilder bus)
    {
        var names = new EndingQueueNames(bus.Messages.Values.Distinct().ToArray());
        transport.SendTopology.ErrorQueueNameFormatter = names;
        transport.SendTopology.DeadLetterQueueNameFormatter = names;
        transport.SendTopology.ConfigureErrorSettings = ActionTopology.Keep;
        transport.SendTopology.ConfigureDeadLetterSettings = ActionTopology.Keep;
    }
}
