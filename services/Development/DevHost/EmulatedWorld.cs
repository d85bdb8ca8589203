using System.Security.Cryptography;
using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.DevHost;

/// <summary>What gateway and worker talk to, in this process: a Sync Gateway with one database, and SWAPI.</summary>
internal sealed class EmulatedWorld : IAsyncDisposable
{
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
    public static async Task<EmulatedWorld> StartAsync(DevPorts ports) => new(
        await SyncGatewayEmulator.StartAsync(new SyncGatewayEmulatorOptions { PublicPort = ports.SyncGateway, AdminPort = ports.SyncGatewayAdmin, ControlPort = null }),
        await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = ports.Swapi, ControlPort = null }));

    /// <summary>Sync Gateway's admin address, without a database.</summary>
    public Uri SyncGatewayAdmin => syncGateway.AdminUrl;

    /// <summary>Points Sync Gateway's webhook at <paramref name="gateway"/>, once that has started and is known to listen.</summary>
    public void SendWebhooksTo(WebApplication gateway) => gateway.Lifetime.ApplicationStarted.Register(() =>
    {
        var webhook = new UriBuilder(gateway.Urls.First())
        {
            UserName = "sync-gateway",
            Password = WebhookPassword,
            Path = "/webhooks/sync-gateway/db",
        };
        syncGateway.AddWebhook(new WebhookOptions { Url = webhook.Uri.ToString(), Filter = WebhookFilter.JavaScript });
    });

    public async ValueTask DisposeAsync()
    {
        await syncGateway.DisposeAsync();
        await swapi.DisposeAsync();
    }
}
