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
        if (builder.Services.Any(service => service.ServiceType == typeof(SyncGatewayClient)))
        {
            return builder;
        }

        builder.Services.AddSection<SyncGatewayOptions>(SyncGatewayOptions.Section);
        // One client over one handler. A factory's client adds handlers for logs and retries that each request pays for.
        // It is not disposed with the host: the last requests of a host that stops may still need it.
        builder.Services.AddSingleton(services => RestService.ForGenerated<ISyncGatewayApi>(
            CreateClient(services.GetRequiredService<IOptions<SyncGatewayOptions>>().Value, services.GetRequiredService<TimeProvider>()),
            new RefitSettings { TransportExceptionFactory = (_, error, _) => error }));

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<SyncGatewayHttp>();
        builder.Services.AddSingleton(services => new SyncGatewayClient(
            services.GetRequiredService<ISyncGatewayApi>(),
            services.GetRequiredService<SyncGatewayHttp>()));
        builder.Services.AddSingleton<UnanswerableRequests>();

        return builder;
    }

    private static HttpClient CreateClient(SyncGatewayOptions options, TimeProvider clock)
    {
        // SyncGatewayHttp has a timeout that covers the body, too.
        var client = new HttpClient(new ReadRetry(clock) { InnerHandler = CreateHandler() })
        {
            BaseAddress = options.Url,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.User is { Length: > 0 })
        {
            var credentials = Encoding.UTF8.GetBytes($"{options.User}:{options.Password}");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }

        return client;
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
