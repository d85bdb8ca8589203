using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Gateway;
using OfflineActions.ServiceDefaults;
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
    public async Task The_service_name_in_telemetry_is_the_name_of_the_program_without_the_prefix(Type module, string expected)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = module.Assembly.GetName().Name,
            Args = ["--OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9"],
        });
        await using var app = builder.AddServiceDefaults(port: 0).Build();

        var resource = app.Services.GetRequiredService<TracerProvider>().GetResource();

        Assert.That(resource.Attributes, Has.Exactly(1).EqualTo(KeyValuePair.Create("service.name", (object)expected)));
    }

    [Test]
    public async Task Without_a_receiver_nothing_is_traced_or_measured()
    {
        await using var app = WebApplication.CreateBuilder().AddServiceDefaults(port: 0).Build();

        Assert.That(app.Services.GetService<TracerProvider>(), Is.Null);
        Assert.That(app.Services.GetService<MeterProvider>(), Is.Null);
    }
}
