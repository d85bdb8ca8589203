using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Operator.Serve.Access;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.DeadLetters;
using OfflineActions.Operator.Serve.Documents;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Operator.Serve.Pages;
using OfflineActions.Operator.Serve.Pausing;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve;

/// <summary>The operator page and its API.</summary>
public static class OperatorModule
{
    private const long MaxBody = 1024 * 1024;

    /// <summary>Adds the services of <see cref="MapOperatorPage"/>.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="actions">The actions of the system.</param>
    public static WebApplicationBuilder AddOperatorPage(this WebApplicationBuilder builder, ActionCatalog actions)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidation>();
        services.AddSection<OperatorOptions>(OperatorOptions.Section);
        services.AddSingleton<IValidateOptions<BusOptions>, OperatorBusValidation>();
        services.AddSection<BusOptions>(BusOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        builder.AddSyncGatewayClient();
        services.AddSingleton(actions);
        services.AddSingleton<BrokerLine>().AddSingleton<ManagementApi>().AddSingleton<BrokerNodes>().AddSingleton<LookTurns>();
        services.AddSingleton<PresenceBoard>().AddHostedService<PresenceHearing>();
        services.AddSingleton<PauseReading>().AddSingleton<PauseActs>();
        services.AddSingleton<QueueReading>().AddSingleton<PartReading>().AddSingleton<TopologyReading>();
        services.AddSingleton<DelayReading>().AddSingleton<WorkerReading>();
        services.AddSingleton<StateWatch>().AddHostedService(provider => provider.GetRequiredService<StateWatch>());
        services.AddSingleton<StateEvents>();
        services.AddSingleton<DeadLetterStore>().AddSingleton<DeadLetterActs>();
        services.AddSingleton<JobBoard>().AddSingleton<DeadLetterJobs>().AddSingleton<ReconcileJobs>();
        services.AddSingleton<MessageSearch>().AddSingleton<DocumentFinder>();
        services.AddSingleton<Layout>();
        AddAccess(services);
        services.AddProblemDetails();
        services.AddOpenApi("openapi");
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
            // A misspelt filter would select everything.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = MaxBody);
        return builder;
    }

    /// <summary>Maps the page to <c>/</c> and its API to <c>/api</c>.</summary>
    public static WebApplication MapOperatorPage(this WebApplication app)
    {
        // RunServiceAsync reports the errors.
        if (app.HasConfigurationErrors())
        {
            return app;
        }

        app.Use(new PageHeaders("'none'", "same-origin").AddAsync);
        app.Use(ActivatorUtilities.CreateInstance<ForeignPages>(app.Services).RefuseAsync);
        app.Use(KeepOutOfCachesAsync);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        var everything = app.MapGroup("").RequireAuthorization();
        OperatorApi.Map(everything);
        OperatorPages.Map(everything);
        everything.MapOpenApi("/api/{documentName}.json");
        return app;
    }

    private static void AddAccess(IServiceCollection services)
    {
        services.AddSingleton<FailedLogins>();
        services.AddAuthentication(AccessHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, AccessHandler>(AccessHandler.SchemeName, null);
        services.AddAuthorizationBuilder().AddPolicy(OperatorRole.Act, policy => policy.RequireRole(OperatorRole.Act));
    }

    private static Task KeepOutOfCachesAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    }
}
