using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Gateway.Schedules;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.Messaging.Presence;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.ServiceDefaults.Http;
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
        builder.Services.AddSingleton<WebhookAdmission>();
        builder.Services.AddSingleton<SourceConnections>();
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<GatewayOptions>>(
            (headers, gateway) => Believe(headers, gateway.Value.KnownProxies ?? []));
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
        if (!app.HasConfigurationErrors())
        {
            // Not earlier: building the app creates the server, and RunServiceAsync reports errors later.
            var server = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value;
            server.Limits.MaxConcurrentConnections = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.MaxConnections;
            var connections = app.Services.GetRequiredService<SourceConnections>();
            server.ConfigureEndpointDefaults(endpoint => endpoint.Use(connections.Limit));
        }

        app.UseForwardedHeaders();
        app.MapPost("/webhooks/sync-gateway/{keyspace}", SyncGatewayWebhook.ReceiveAsync);
        return app;
    }

    private static void Believe(ForwardedHeadersOptions headers, string[] proxies)
    {
        // Without this, a proxy on this machine would be believed by default, and so would any program on it.
        headers.KnownProxies.Clear();
        headers.KnownIPNetworks.Clear();
        headers.ForwardedHeaders = proxies.Length > 0 ? ForwardedHeaders.XForwardedFor : ForwardedHeaders.None;
        headers.ForwardLimit = null;
        foreach (var proxy in proxies.Select(KnownProxies.Parse).OfType<System.Net.IPNetwork>())
        {
            headers.KnownIPNetworks.Add(proxy);
        }
    }
}
