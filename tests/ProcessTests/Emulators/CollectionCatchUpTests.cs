using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using OfflineActions.Contracts;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Emulators;

/// <summary>The gateway's catch-up follows each collection, and the worker writes the result to the collection of the request.</summary>
public sealed class CollectionCatchUpTests
{
    [Test]
    public async Task Requests_in_every_collection_are_found_and_answered_there()
    {
        await using var outside = await SyncGatewayEmulator.StartAsync(
            new() { PublicPort = 0, AdminPort = 0, ControlPort = null, Collections = ["shop.orders", "shop.people"] });
        await using var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        using var client = new HttpClient { BaseAddress = outside.AdminUrl };
        string[] keyspaces = ["db.shop.orders", "db.shop.people"];
        foreach (var keyspace in keyspaces)
        {
            await client.PutAnswerAsync($"{keyspace}/waiting", """{"action":"person_request"}""");
        }

        await using var app = Build(outside, swapi, keyspaces);
        await app.StartAsync();

        foreach (var keyspace in keyspaces)
        {
            Assert.That(await Eventually.IsAsync(async () => await ActionAsync(client, $"{keyspace}/waiting") == "person_success"), Is.True, keyspace);
        }

        await client.PutAnswerAsync("db.shop.people/later", """{"action":"person_request"}""");

        Assert.That(await Eventually.IsAsync(async () => await ActionAsync(client, "db.shop.people/later") == "person_success"), Is.True);
        Assert.That((await client.GetAnswerAsync("db.shop.orders/later")).Status, Is.EqualTo(404), "the other collection is left alone");
    }

    private static WebApplication Build(SyncGatewayEmulator outside, SwapiEmulator swapi, string[] keyspaces)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = "a password for tests",
            ["Gateway:Keyspaces:0"] = keyspaces[0],
            ["Gateway:Keyspaces:1"] = keyspaces[1],
            ["SyncGateway:Url"] = outside.PublicUrl.ToString(),
            ["Swapi:BaseAddresses:0"] = swapi.Url.ToString(),
        });
        builder.AddServiceDefaults(0).AddGateway().AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
        return builder.Build();
    }

    private static async Task<string?> ActionAsync(HttpClient client, string path) => (string?)(await client.GetAnswerAsync(path)).Json["action"];
}
