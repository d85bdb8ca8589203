using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Echo;

/// <summary>A gateway and a worker in this process, with every action of the repository and the echo action.</summary>
internal sealed class EchoSystem : IAsyncDisposable
{
    private const string Password = "a-password-for-the-webhook";

    private readonly string url = $"http://127.0.0.1:{FreePorts.Take()}";
    private readonly (string Key, string Value)[] settings;
    private WebApplication? app;

    private EchoSystem(SyncGatewayEmulator syncGateway, SwapiEmulator swapi, (string Key, string Value)[] settings)
    {
        (SyncGateway, Swapi, this.settings) = (syncGateway, swapi, settings);
        Database = new Database(syncGateway.PublicUrl);
        SyncGateway.AddWebhook(new()
        {
            Url = url.Replace("//", $"//sync-gateway:{Password}@", StringComparison.Ordinal) + "/webhooks/sync-gateway/db",
        });
    }

    public SyncGatewayEmulator SyncGateway { get; }

    public SwapiEmulator Swapi { get; }

    public Database Database { get; }

    /// <summary>Starts everything, and returns when it is ready.</summary>
    /// <param name="settings">More settings, one of them about the bus.</param>
    public static async Task<EchoSystem> StartAsync(params (string Key, string Value)[] settings)
    {
        var syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        var system = new EchoSystem(syncGateway, swapi, settings);
        try
        {
            await system.RestartAsync();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a condition holds for a document, and returns it with its history.</summary>
    public async Task<JsonObject> UntilStateAsync(string id, string state)
    {
        if (!await Eventually.IsAsync(async () => (string?)(await Database.GetAsync(id))["action"] == state))
        {
            Assert.Fail($"{id} never was {state}: {await Database.TextAsync(id)}");
        }

        return await Database.GetAsync(id);
    }

    /// <summary>Starts gateway and worker, after those that run have ended.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = url,
            ["SyncGateway:Url"] = SyncGateway.PublicUrl.AbsoluteUri,
            ["Swapi:BaseAddresses:0"] = Swapi.Url.AbsoluteUri,
            ["Gateway:WebhookPassword"] = Password,
            ["Logging:LogLevel:Default"] = "Warning",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults(port: 0).AddGateway().AddWorker().AddMessaging(EchoCatalog.All, messaging => messaging
            .PublishAll().AddWorkerActions()
            .AddAction<EchoRequested, EchoHandler>());
        app = builder.Build();
        app.MapServiceDefaults().MapGateway();
        await app.StartAsync();
        using var health = new HttpClient { BaseAddress = new Uri(url) };
        Assert.That(await Eventually.IsAsync(async () => (await health.GetAsync("/health/ready")).IsSuccessStatusCode), Is.True);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Database.Dispose();
        await SyncGateway.DisposeAsync();
        await Swapi.DisposeAsync();
    }

    private async Task StopAsync()
    {
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
    }
}
