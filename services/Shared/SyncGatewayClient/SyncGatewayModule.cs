using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;
using Refit;

namespace OfflineActions.SyncGateway;

/// <summary>Adds the client to a host.</summary>
public static class SyncGatewayModule
{
    /// <summary>
    /// Adds <see cref="SyncGatewayClient"/>, configured by the section <see cref="SyncGatewayOptions.Section"/>. When several services run
    /// in one process, each may call it; they share the client.
    /// </summary>
    public static TBuilder AddSyncGatewayClient<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // A second retry handler would retry every retry.
        if (builder.Services.Any(service => service.ServiceType == typeof(SyncGatewayClient)))
        {
            return builder;
        }

        builder.Services.AddSection<SyncGatewayOptions>(SyncGatewayOptions.Section);
        builder.Services
            .AddRefitGeneratedClient<ISyncGatewayApi>(_ => new RefitSettings { TransportExceptionFactory = (_, error, _) => error })
            .ConfigureHttpClient(Configure)
            .ConfigurePrimaryHttpMessageHandler(CreateHandler)
            // The client is a singleton. Its handler renews the connections.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddResilienceHandler("reads", ReadRetry.Add);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SyncGatewayHttp>();
        builder.Services.AddSingleton(services => new SyncGatewayClient(
            services.GetRequiredService<ISyncGatewayApi>(),
            services.GetRequiredService<SyncGatewayHttp>()));
        builder.Services.AddSingleton<UnanswerableRequests>();

        return builder;
    }

    private static void Configure(IServiceProvider services, HttpClient client)
    {
        var options = services.GetRequiredService<IOptions<SyncGatewayOptions>>().Value;

        client.BaseAddress = options.Url;
        // SyncGatewayHttp has a timeout that covers the body, too.
        client.Timeout = Timeout.InfiniteTimeSpan;

        if (options.User is { Length: > 0 })
        {
            var credentials = Encoding.UTF8.GetBytes($"{options.User}:{options.Password}");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }
    }

    // A redirect would send a document, and a cookie credentials, to another server than the configured one.
    private static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
    };
}
