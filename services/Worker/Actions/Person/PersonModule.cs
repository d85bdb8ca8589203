using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;
using Refit;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Everything the person action needs.</summary>
public static class PersonModule
{
    /// <summary>Adds what <see cref="PersonHandler"/> needs to ask SWAPI, configured by the section <see cref="SwapiOptions.Section"/>.</summary>
    public static void AddServices(IServiceCollection services)
    {
        services.AddSection<SwapiOptions>(SwapiOptions.Section);
        services.AddSingleton<IValidateOptions<SwapiOptions>, SwapiOptionsValidation>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<HostCooldowns>();
        services.AddSingleton<SwapiLimiter>();
        services.AddSingleton<SingleFlightCache>();
        services.AddSingleton<SwapiPeople>();
        services.AddTransient<HostFailover>();
        services.AddTransient<SwapiResponseValidator>();
        AddClient(services);
    }

    // From the outside in: rounds, instances, one instance, its answer.
    private static void AddClient(IServiceCollection services)
    {
        // Bare, so that SwapiPeople sees what the handlers threw and not Refit's wrapping of it.
        var client = services
            .AddRefitGeneratedClient<ISwapiApi>(new RefitSettings { TransportExceptionFactory = (_, error, _) => error })
            .ConfigureHttpClient(http =>
            {
                http.BaseAddress = new Uri("http://swapi/"); // HostFallback puts a real one in its place.
                http.DefaultRequestHeaders.Accept.ParseAdd("application/json"); // Some instances answer with a page to browse otherwise.
                http.DefaultRequestHeaders.UserAgent.ParseAdd("OfflineActions");
                http.Timeout = Timeout.InfiniteTimeSpan; // The pipelines keep the time.
            });

        client.AddResilienceHandler("swapi", SwapiPipelines.AddOuter);
        client.AddHttpMessageHandler<HostFailover>();
        client.AddResilienceHandler("swapi-host", SwapiPipelines.AddPerHost).SelectPipelineByAuthority();
        client.AddHttpMessageHandler<SwapiResponseValidator>();

        // One client lives as long as the worker, so its connections end themselves and DNS is asked again.
        client
            .UseSocketsHttpHandler((sockets, _) => sockets.PooledConnectionLifetime = TimeSpan.FromMinutes(2))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
    }
}
