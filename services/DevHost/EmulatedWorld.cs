using System.Security.Cryptography;
using Emulators;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DevHost;

/// <summary>What gateway and worker talk to, in this process: a Sync Gateway with one database, and SWAPI.</summary>
internal sealed class EmulatedWorld : IAsyncDisposable
{
    // Any state that asks for something. No regular expression: its dollar sign would mean a variable in Sync Gateway's own files.
    private const string RequestsOnly =
        "function (doc, oldDoc) { return !doc._deleted && typeof doc.action === 'string' && doc.action.slice(-8) === '_request'; }";

    private readonly SyncGatewayEmulator syncGateway;
    private readonly SwapiEmulator swapi;

    private EmulatedWorld(SyncGatewayEmulator syncGateway, SwapiEmulator swapi)
    {
        this.syncGateway = syncGateway;
        this.swapi = swapi;
    }

    /// <summary>Sync Gateway's public address, without a database.</summary>
    public Uri SyncGateway => syncGateway.PublicUrl;

    /// <summary>SWAPI's base address.</summary>
    public Uri Swapi => swapi.Url;

    /// <summary>What webhooks are sent with, another one at each start.</summary>
    public string WebhookPassword { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Starts it.</summary>
    public static async Task<EmulatedWorld> Start(DevPorts ports) => new(
        await SyncGatewayEmulator.StartAsync(new SyncGatewayEmulatorOptions { PublicPort = ports.SyncGateway, AdminPort = ports.SyncGatewayAdmin }),
        await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = ports.Swapi }));

    /// <summary>Points Sync Gateway's webhook at a gateway that has started, and says where everything is.</summary>
    public void SendWebhooksTo(WebApplication gateway)
    {
        var address = new Uri(gateway.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        var webhook = new UriBuilder(address) { UserName = "sync-gateway", Password = WebhookPassword, Path = "/webhooks/sync-gateway/db" };
        syncGateway.AddWebhook(webhook.Uri, RequestsOnly);

        Console.WriteLine($$"""

            Offline Actions runs in this process; Ctrl-C ends it, and everything in it.

              Sync Gateway   {{SyncGateway}}db/   (admin {{syncGateway.AdminUrl}}db/)
              gateway        {{address}}health/ready
              SWAPI          {{Swapi}}

            Ask for a person, as an app would, and look at the document a moment later:

              curl -X PUT {{SyncGateway}}db/hello -H 'Content-Type: application/json' -d '{"action":"person_request"}'
              curl {{SyncGateway}}db/hello

            """);
    }

    public async ValueTask DisposeAsync()
    {
        await syncGateway.DisposeAsync();
        await swapi.DisposeAsync();
    }
}
