using System.Security.Cryptography;
using OfflineActions.Dev;
using OfflineActions.Emulators;

namespace OfflineActions.DevHost;

/// <summary>The emulated Sync Gateway, with one database, and the emulated SWAPI, in this process.</summary>
internal sealed class EmulatedServices : IAsyncDisposable
{
    private readonly SyncGatewayEmulator syncGateway;
    private readonly SwapiEmulator swapi;

    private EmulatedServices(SyncGatewayEmulator syncGateway, SwapiEmulator swapi)
    {
        this.syncGateway = syncGateway;
        this.swapi = swapi;
    }

    /// <summary>Sync Gateway's public address, without a database.</summary>
    public Uri SyncGateway => syncGateway.PublicUrl;

    /// <summary>SWAPI's base address.</summary>
    public Uri Swapi => swapi.Url;

    /// <summary>The password of the webhook, new at each start.</summary>
    public string WebhookPassword { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Starts both.</summary>
    public static async Task<EmulatedServices> StartAsync(DevPorts ports) => new(
        await SyncGatewayEmulator.StartAsync(new SyncGatewayEmulatorOptions
        {
            PublicPort = ports.SyncGateway,
            AdminPort = ports.SyncGatewayAdmin,
            ControlPort = null,
        }),
        await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = ports.Swapi, ControlPort = null }));

    /// <summary>Sync Gateway's admin address, without a database.</summary>
    public Uri SyncGatewayAdmin => syncGateway.AdminUrl;

    /// <summary>Adds the webhook to <paramref name="gateway"/> as soon as that listens.</summary>
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
