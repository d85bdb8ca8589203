using Microsoft.AspNetCore.Builder;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Tests.Messaging;

public sealed class BusUrlTests
{
    [TestCase("amqp:///requests")]
    [TestCase("amqp://broker:0")]
    [TestCase("http://broker")]
    public async Task An_address_that_no_broker_can_have_is_an_error(string url)
    {
        var errors = await FindErrorsAsync(url);

        Assert.That(errors, Has.Exactly(1).StartsWith("Bus:Url must begin with amqp:// or amqps:// and name a host"));
    }

    [TestCase("amqp://broker")]
    [TestCase("amqps://user:password@[::1]:5671/requests")]
    public async Task An_address_with_a_host_is_taken(string url) =>
        Assert.That(await FindErrorsAsync(url), Has.None.StartsWith("Bus:Url"));

    private static async Task<IReadOnlyList<string>> FindErrorsAsync(string url)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Bus:Url"] = url;
        builder.AddServiceDefaults(port: 0).AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll());
        await using var app = builder.Build();
        return ConfigurationErrors.Find(app.Services);
    }
}
