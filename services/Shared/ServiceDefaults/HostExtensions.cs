using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.ServiceDefaults.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OfflineActions.ServiceDefaults;

/// <summary>Address, telemetry and health endpoints, the same in every service.</summary>
public static class HostExtensions
{
    private const string OwnTelemetry = "OfflineActions.*";

    /// <summary>
    /// Adds the log, telemetry and health checks. Traces, metrics and logs are collected and exported over OTLP when
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other <c>OTEL_*</c> variables have their standard meaning.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="port">The loopback port to listen on, unless <c>ASPNETCORE_URLS</c>, <c>--urls</c> or the like sets an address.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, int port)
    {
        if (!HasAddress(builder.Configuration))
        {
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        }

        builder.WebHost.ConfigureKestrel(SlowClients.Limit);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RepeatedEvents>();
        builder.Services.AddHealthChecks();
        builder.AddServiceLog();

        // Only with an exporter: traces and metrics cost processor time on each request.
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            builder.AddTelemetry();
        }

        return builder;
    }

    /// <summary>
    /// Maps <c>/health/live</c> (a restart would not help) and <c>/health/ready</c> (the service can do its work now). Both answer which
    /// check says what, and 503 only when one is unhealthy: a degraded service still does most of its work.
    /// </summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        // Mapping the endpoints creates the health checks and with them the bus, which needs a valid configuration. RunServiceAsync
        // reports the errors.
        if (app.HasConfigurationErrors())
        {
            return app;
        }

        foreach (var tag in new[] { "live", "ready" })
        {
            app.MapHealthChecks(
                $"/health/{tag}",
                new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag), ResponseWriter = HealthAnswer.WriteAsync });
        }

        return app;
    }

    private static void AddTelemetry(this WebApplicationBuilder builder) => builder.Services.AddOpenTelemetry()
        .ConfigureResource(resource => resource
            .AddService(ServiceName(builder.Environment.ApplicationName))
            .AddEnvironmentVariableDetector())
        .WithTracing(traces => traces
            .AddAspNetCoreInstrumentation(http => http.Filter = context => !context.Request.Path.StartsWithSegments("/health"))
            .AddHttpClientInstrumentation()
            .AddSource(OwnTelemetry))
        .WithMetrics(metrics => metrics
            .AddAspNetCoreInstrumentation()
            .AddHttpClientInstrumentation()
            .AddRuntimeInstrumentation()
            .AddMeter(OwnTelemetry))
        .WithLogging()
        .UseOtlpExporter();

    // OfflineActions.Gateway is the service "gateway".
    private static string ServiceName(string application) => application[(application.LastIndexOf('.') + 1)..].ToLowerInvariant();

    private static bool HasAddress(ConfigurationManager configuration) =>
        !string.IsNullOrEmpty(configuration["urls"])
        || !string.IsNullOrEmpty(configuration["http_ports"])
        || !string.IsNullOrEmpty(configuration["https_ports"])
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
