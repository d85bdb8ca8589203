using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>What a gateway needs to find what webhooks lost.</summary>
internal static class CatchUpModule
{
    /// <summary>Adds catch-up, one follower for each configured keyspace.</summary>
    public static WebApplicationBuilder AddCatchUp(this WebApplicationBuilder builder)
    {
        builder.AddSyncGatewayClient();
        builder.Services.AddSingleton<PublishedByKeyspace>();
        builder.Services.AddSingleton<CatchUpService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CatchUpService>());
        builder.Services.AddHealthChecks().AddCheck<CatchUpService>("catch-up", tags: ["ready"]);
        return builder;
    }
}
