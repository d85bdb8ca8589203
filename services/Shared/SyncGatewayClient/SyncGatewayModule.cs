using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Refit;

namespace OfflineActions.SyncGateway;

/// <summary>Puts the client into a host.</summary>
public static class SyncGatewayModule
{
    /// <summary>
    /// Adds <see cref="SyncGatewayClient"/>, set up by the section <see cref="SyncGatewayOptions.Section"/>. Several services in one
    /// process may each call it; they share the client.
    /// </summary>
    public static TBuilder AddSyncGatewayClient<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // A second set of handlers would retry every retry.
        if (builder.Services.Any(service => service.ServiceType == typeof(SyncGatewayClient)))
        {
            return builder;
        }

        builder.Services.AddOptions<SyncGatewayOptions>()
            .Configure<IConfiguration>(SettingsAsWritten.Check)
            .BindConfiguration(SyncGatewayOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        builder.Services.AddRefitGeneratedClient<ISyncGatewayApi>(_ => new RefitSettings { TransportExceptionFactory = (_, error, _) => error })
            .ConfigureHttpClient(SetUp)
            .ConfigurePrimaryHttpMessageHandler(Handler)
            // The client lives as long as the process: the handler renews its connections itself.
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

    private static void SetUp(IServiceProvider services, HttpClient client)
    {
        var options = services.GetRequiredService<IOptions<SyncGatewayOptions>>().Value;

        client.BaseAddress = options.Url;
        // The time is kept in Conversation, which covers the body too.
        client.Timeout = Timeout.InfiniteTimeSpan;

        if (options.User is { Length: > 0 })
        {
            var credentials = Encoding.UTF8.GetBytes($"{options.User}:{options.Password}");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }
    }

    // A redirect would carry a document, and a cookie an identity, to where nobody sent them.
    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        UseCookies = false,
    };
}
