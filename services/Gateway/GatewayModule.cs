using Microsoft.Extensions.Options;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Gateway.Webhooks;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Gateway;

/// <summary>What a process needs to be a gateway.</summary>
public static class GatewayModule
{
    /// <summary>Adds what turns webhooks, and changes that no webhook told of, into messages.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidation>();
        builder.Services.AddSection<GatewayOptions>(GatewayOptions.Section);
        builder.Services.AddSingleton<WebhookCredentials>();
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
