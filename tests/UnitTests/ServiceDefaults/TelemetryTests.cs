using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Gateway;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.Tests.Dev;
using OfflineActions.WebClient;
using OfflineActions.Worker;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class TelemetryTests
{
    [TestCase(typeof(GatewayModule), "gateway")]
    [TestCase(typeof(WorkerModule), "worker")]
    [TestCase(typeof(WebClientModule), "webclient")]
    public async Task Telemetry_names_the_program_without_the_prefix_and_its_version(Type module, string expected)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = module.Assembly.GetName().Name,
            Args = ["--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9"],
        });
        await using var app = builder.AddServiceDefaults(port: 0).Build();

        var resource = app.Services.GetRequiredService<TracerProvider>().GetResource();

        Assert.That(resource.Attributes, Has.Exactly(1).EqualTo(KeyValuePair.Create("service.name", (object)expected)));
        Assert.That(resource.Attributes, Has.Exactly(1).EqualTo(KeyValuePair.Create("service.version", (object)ProgramVersion.Current)));
    }

    [Test]
    public async Task Without_a_receiver_nothing_is_traced_or_measured()
    {
        await using var app = WebApplication.CreateBuilder().AddServiceDefaults(port: 0).Build();

        Assert.That(app.Services.GetService<TracerProvider>(), Is.Null);
        Assert.That(app.Services.GetService<MeterProvider>(), Is.Null);
    }

    [Test]
    public async Task Prometheus_is_answered_without_a_receiver_when_it_is_switched_on()
    {
        await using var app = await StartAsync(("Telemetry:Prometheus", "true"));
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        // A scrape is a request, too, which the next one shows; an answer is kept for 300 ms.
        var metrics = "";
        await Eventually.IsAsync(async () =>
            (metrics = await http.GetStringAsync("/metrics")).Contains("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal));

        Assert.That(metrics, Does.Contain("http_server_request_duration_seconds_bucket{"));
        Assert.That(metrics, Does.Contain("dotnet_process_cpu_time_seconds_total{"));
        Assert.That(app.Services.GetService<TracerProvider>(), Is.Null);
    }

    [Test]
    public async Task Prometheus_is_not_answered_by_default()
    {
        await using var app = await StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await http.GetAsync("/metrics");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("Telemetry:Prometheus", "yes", "Telemetry:Prometheus is 'yes': make it true or false.")]
    [TestCase("Telemetry:Promethius", "true", "Telemetry:Promethius is not known: use one of Prometheus, or remove it.")]
    public async Task A_typing_error_in_the_settings_is_reported(string key, string value, string error)
    {
        await using var app = Build((key, value));

        Assert.That(ConfigurationErrors.Find(app.Services), Is.EqualTo(new[] { error }));
    }

    private static async Task<WebApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        var app = Build(settings);
        app.MapServiceDefaults();
        await app.StartAsync();
        return app;
    }

    private static WebApplication Build(params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Append(("urls", "http://127.0.0.1:0"))
            .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        return builder.AddServiceDefaults(port: 0).Build();
    }
}
