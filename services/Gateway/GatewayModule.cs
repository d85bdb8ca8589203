using Microsoft.Extensions.Options;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Gateway.Schedules;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.Messaging.Presence;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway;

/// <summary>Composes the gateway.</summary>
public static class GatewayModule
{
    /// <summary>Adds the services that turn webhooks, and changes whose webhooks were lost, into messages, and those that write the
    /// documents of schedules.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidation>();
        builder.Services.AddSection<GatewayOptions>(GatewayOptions.Section);
        builder.Services.AddSingleton<WebhookCredentials>();
        builder.Services.AddSingleton<RequestPublisher>();
        builder.Services.AddSingleton<PublishedByKeyspace>();
        builder.Services.AddSingleton<UnroutedRequests>();
        builder.Services.AddSingleton<DelayedRequests>();
        builder.Services.AddSingleton<PublishingTelemetry>();
        builder.Services.AddSingleton<WebhookTelemetry>();
        builder.AddSyncGatewayClient();
        builder.Services.AddSingleton<CatchUpTelemetry>();
        builder.Services.AddSingleton<CatchUpService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CatchUpService>());
        builder.Services.AddSingleton<IPresenceSource, CatchUpPresence>();
        builder.Services.AddSingleton<ScheduleReader>();
        builder.Services.AddSingleton<IValidateOptions<NamedSections<ScheduleOptions>>>(
            services => services.GetRequiredService<ScheduleReader>());
        builder.Services.AddNamedSections<ScheduleOptions>(ScheduleOptions.Section);
        builder.Services.AddSingleton<ScheduleTelemetry>();
        builder.Services.AddSingleton<ScheduleService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ScheduleService>());
        builder.Services.AddHealthChecks()
            .AddCheck<CatchUpService>("catch-up", tags: ["ready"])
            .AddCheck<ScheduleService>("schedules", tags: ["ready"]);
        return builder;
    }

    /// <summary>Maps the address of the webhook.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.MapPost("/webhooks/sync-gateway/{keyspace}", SyncGatewayWebhook.ReceiveAsync);
        return app;
    }
}
