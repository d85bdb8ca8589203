using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using OfflineActions.Contracts;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker;

namespace OfflineActions.Tests.CatchUp;

/// <summary>Catch-up with the in-memory transport, as in development: each process starts with an empty broker.</summary>
public sealed class InMemoryTests
{
    [Test]
    public async Task A_request_that_is_open_when_the_process_starts_is_answered_at_once()
    {
        await using var outside = await Emulated.StartAsync();
        await using var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        await outside.Admin.PutAnswerAsync("db/waiting", """{"action":"person_request"}""");
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = "a password for tests",
            ["Gateway:CatchUpGrace"] = "00:10:00",
            ["SyncGateway:Url"] = outside.Gateway.PublicUrl.ToString(),
            ["Swapi:BaseAddresses:0"] = swapi.Url.ToString(),
        });
        builder.AddServiceDefaults(0).AddGateway().AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
        await using var app = builder.Build();

        await app.StartAsync();

        Assert.That(
            await Eventually.IsAsync(async () => (string?)(await outside.Admin.GetAnswerAsync("db/waiting")).Json["action"] == "person_success"), Is.True);
    }
}
