using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;
using Refit;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The services of the person action.</summary>
public static class PersonModule
{
    /// <summary>
    /// Adds the client of SWAPI for <see cref="PersonHandler"/>, configured by the section <see cref="SwapiOptions.Section"/>.
    /// </summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddSection<SwapiOptions>(SwapiOptions.Section);
        services.AddSingleton<IValidateOptions<SwapiOptions>, SwapiOptionsValidation>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<SwapiTelemetry>();
        services.AddSingleton<HostCooldowns>();
        services.AddSingleton<SwapiLimiter>();
        services.AddSingleton<SingleFlightCache>();
        services.AddSingleton<SwapiPeople>();
        services.AddTransient<HostFailover>();
        services.AddTransient<SwapiResponseValidator>();
        services.AddTransient<OwnRedirects>();
        AddClient(services);
    }

    // The handlers from the outside in: retries, failover over the instances, one instance, validation of its response, redirects.
    private static void AddClient(IServiceCollection services)
    {
        // SwapiPeople gets the exceptions of the handlers, not wrapped by Refit.
        var client = services
            .AddRefitGeneratedClient<ISwapiApi>(new RefitSettings { TransportExceptionFactory = (_, error, _) => error })
            .ConfigureHttpClient(http =>
            {
                http.BaseAddress = new Uri("http://swapi/"); // HostFailover replaces it.
                http.DefaultRequestHeaders.Accept.ParseAdd("application/json"); // Otherwise some instances answer with HTML.
                http.DefaultRequestHeaders.UserAgent.ParseAdd("OfflineActions");
                http.Timeout = Timeout.InfiniteTimeSpan; // The pipelines have timeouts.
            });

        client.AddResilienceHandler("swapi", SwapiPipelines.AddOuter);
        client.AddHttpMessageHandler<HostFailover>();
        client.AddResilienceHandler("swapi-host", SwapiPipelines.AddPerHost).SelectPipelineByAuthority();
        client.AddHttpMessageHandler<SwapiResponseValidator>();
        client.AddHttpMessageHandler<OwnRedirects>();

        // The client lives as long as the worker. Its connections have a lifetime, so that DNS is resolved again.
        client
            .UseSocketsHttpHandler((sockets, _) =>
            {
                sockets.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
                sockets.AllowAutoRedirect = false;
                sockets.UseCookies = false;
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }
}
