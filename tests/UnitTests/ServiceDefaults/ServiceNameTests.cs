using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Gateway;
using OfflineActions.ServiceDefaults;
using OfflineActions.WebClient;
using OfflineActions.Worker;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace OfflineActions.Tests.ServiceDefaults;

public sealed class ServiceNameTests
{
    [TestCase(typeof(GatewayModule), "gateway")]
    [TestCase(typeof(WorkerModule), "worker")]
    [TestCase(typeof(WebClientModule), "webclient")]
    public async Task The_service_name_in_telemetry_is_the_name_of_the_program_without_the_prefix(Type module, string expected)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = module.Assembly.GetName().Name });
        await using var app = builder.AddServiceDefaults(port: 0).Build();

        var resource = app.Services.GetRequiredService<TracerProvider>().GetResource();

        Assert.That(resource.Attributes, Has.Exactly(1).EqualTo(KeyValuePair.Create("service.name", (object)expected)));
    }
}
