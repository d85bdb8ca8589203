using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.ServiceDefaults.Http;
using OfflineActions.ServiceDefaults.Logging;
using OfflineActions.ServiceDefaults.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OfflineActions.ServiceDefaults;

/// <summary>Address, telemetry and health endpoints, the same in every service.</summary>
public static class HostExtensions
{
    private const string OwnTelemetry = "OfflineActions.*";
    private const string MetricsPath = "/metrics";

    /// <summary>
    /// Adds settings in files (<see cref="SecretOptions"/>), the log, telemetry and health checks. Traces, metrics and logs are collected and exported over OTLP when
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; the other <c>OTEL_*</c> variables have their standard meaning. Metrics are also collected
    /// for Prometheus when <c>Telemetry:Prometheus</c> is true.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="port">The loopback port to listen on, unless <c>ASPNETCORE_URLS</c>, <c>--urls</c> or the like sets an address.</param>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, int port)
    {
        builder.AddSecretFiles();
        if (!HasAddress(builder.Configuration))
        {
            builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        }

        builder.WebHost.ConfigureKestrel(SlowClients.Limit);
        builder.WebHost.ConfigureKestrel(ServerCertificates.Follow);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<RepeatedEvents>();
        builder.Services.AddHealthChecks();
        builder.AddServiceLog();
        builder.Services.AddSection<TelemetryOptions>(TelemetryOptions.Section);
        builder.AddTelemetry();
        return builder;
    }

    /// <summary>Adds the settings that are files, and that errors with them are reported when the process starts.</summary>
    public static void AddSecretFiles(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        SecretFiles.Add(builder.Configuration);
        builder.Services.AddSection<SecretOptions>(SecretOptions.Section);
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

        // Before anything that measures: what is measured before somebody listens is lost.
        _ = app.Services.GetService<MeterProvider>();
        if (app.Services.GetRequiredService<IOptions<TelemetryOptions>>().Value.Prometheus)
        {
            app.MapPrometheusScrapingEndpoint(MetricsPath);
        }

        foreach (var tag in new[] { "live", "ready" })
        {
            app.MapHealthChecks(
                $"/health/{tag}",
                new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag), ResponseWriter = HealthAnswer.WriteAsync });
        }

        return app;
    }

    // Only for a receiver: traces and metrics cost processor time on each request.
    private static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var isExported = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var isScraped = TelemetryOptions.HasPrometheus(builder.Configuration);
        if (!isExported && !isScraped)
        {
            return;
        }

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(ServiceName(builder.Environment.ApplicationName), serviceVersion: ProgramVersion.Current)
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(OwnTelemetry));
        if (isScraped)
        {
            telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter());
        }

        if (isExported)
        {
            telemetry
                .WithTracing(traces => traces
                    .AddAspNetCoreInstrumentation(http => http.Filter = context => !IsOperational(context.Request.Path))
                    .AddHttpClientInstrumentation()
                    .AddSource(OwnTelemetry))
                .WithLogging()
                .UseOtlpExporter();
        }
    }

    private static bool IsOperational(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments(MetricsPath);

    // OfflineActions.Gateway is the service "gateway".
    private static string ServiceName(string application) => application[(application.LastIndexOf('.') + 1)..].ToLowerInvariant();

    private static bool HasAddress(ConfigurationManager configuration) =>
        !string.IsNullOrEmpty(configuration["urls"])
        || !string.IsNullOrEmpty(configuration["http_ports"])
        || !string.IsNullOrEmpty(configuration["https_ports"])
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
