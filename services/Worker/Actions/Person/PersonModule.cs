using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Refit;
using ServiceDefaults.Configuration;

namespace Worker.Actions.Person;

/// <summary>Everything the person action needs.</summary>
public static class PersonModule
{
    /// <summary>Adds <see cref="PersonHandler"/> and its way to SWAPI, set by the <see cref="SwapiOptions.Section"/> section.</summary>
    public static TBuilder AddPersonAction<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        builder.Services.AddSection<SwapiOptions>(SwapiOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<SwapiOptions>, SwapiOptionsValidation>();

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HostCooldowns>();
        builder.Services.AddSingleton<SwapiLimiter>();
        builder.Services.AddSingleton<SingleFlightCache>();
        builder.Services.AddSingleton<SwapiPeople>();
        builder.Services.AddSingleton<PersonHandler>();
        builder.Services.AddTransient<HostFailover>();
        builder.Services.AddTransient<SwapiResponseValidator>();
        AddClient(builder.Services);

        return builder;
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
