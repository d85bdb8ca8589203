using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Refit;

namespace SyncGateway;

/// <summary>Puts the client into a host.</summary>
public static class SyncGatewayModule
{
    /// <summary>Adds <see cref="SyncGatewayClient"/>, set up by the section <see cref="SyncGatewayOptions.Section"/>.</summary>
    public static TBuilder AddSyncGatewayClient<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddOptions<SyncGatewayOptions>()
            .BindConfiguration(SyncGatewayOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();

        builder.Services.AddRefitClient<ISyncGatewayApi>(_ => new RefitSettings { TransportExceptionFactory = (_, error, _) => error })
            .ConfigureHttpClient(SetUp)
            .ConfigurePrimaryHttpMessageHandler(Handler)
            // The client lives as long as the process: the handler renews its connections itself.
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .AddResilienceHandler("reads", ReadRetry.Add);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Conversation>();
        builder.Services.TryAddSingleton(services => new SyncGatewayClient(
            services.GetRequiredService<ISyncGatewayApi>(),
            services.GetRequiredService<Conversation>()));

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
