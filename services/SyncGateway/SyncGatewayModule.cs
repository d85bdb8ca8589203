using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SyncGateway;

/// <summary>Puts the client into a host.</summary>
public static class SyncGatewayModule
{
    /// <summary>Adds <see cref="SyncGatewayClient"/>, set up by the section <see cref="SyncGatewayOptions.Section"/>.</summary>
    public static TBuilder AddSyncGatewayClient<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSingleton<SyncGatewayClient>();
        return builder;
    }
}
