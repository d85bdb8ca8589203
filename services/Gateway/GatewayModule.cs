using Contracts;
using Gateway.CatchUp;
using Gateway.Publishing;
using Gateway.Webhooks;
using Microsoft.Extensions.Options;
using ServiceDefaults.Bus;
using ServiceDefaults.Configuration;

namespace Gateway;

/// <summary>What a process needs to be a gateway.</summary>
public static class GatewayModule
{
    /// <summary>Every action the gateway has a route for, a line each.</summary>
    public static MessagingBuilder AddGatewayActions(this MessagingBuilder bus) => bus
        .AddRoute(PersonAction.Contract);

    /// <summary>Routes requests for one action to its queue.</summary>
    public static MessagingBuilder AddRoute<TMessage>(this MessagingBuilder bus, ActionContract<TMessage> contract)
        where TMessage : class
    {
        bus.Services.AddSingleton<ActionRoute>(new ActionRoute<TMessage>(contract));
        return bus.Publish<TMessage>(contract.Queues);
    }

    /// <summary>Adds what turns webhooks, and changes that no webhook told of, into messages.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidation>();
        builder.Services.AddSection<GatewayOptions>(GatewayOptions.Section);
        builder.Services.AddSingleton<WebhookCredentials>();
        builder.Services.AddSingleton<ActionRoutes>();
        builder.Services.AddSingleton<RequestPublisher>();
        builder.Services.AddSingleton<UnroutedRequests>();
        builder.Services.AddSingleton<GatewayTelemetry>();
        return builder.AddCatchUp();
    }

    /// <summary>Maps the address Sync Gateway posts to.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapPost("/webhooks/sync-gateway/{keyspace}", SyncGatewayWebhook.ReceiveAsync);
        return app;
    }
}
