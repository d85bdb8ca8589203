using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.WebClient;
using OfflineActions.Worker;

namespace OfflineActions.Tests.WebClient;

/// <summary>Everything the page needs behind it, in this process: Sync Gateway and SWAPI emulated, the rest real.</summary>
internal sealed class World : IAsyncDisposable
{
    private const string Password = "a-password-for-tests";

    private readonly WebApplication page;
    private readonly List<Device> devices = [];
    private WebApplication? services;

    private World(SyncGatewayEmulator syncGateway, SwapiEmulator swapi, WebApplication page)
    {
        SyncGateway = syncGateway;
        Swapi = swapi;
        this.page = page;
        Admin = new HttpClient { BaseAddress = new Uri(syncGateway.AdminUrl, "db/") };
    }

    public SyncGatewayEmulator SyncGateway { get; }

    public SwapiEmulator Swapi { get; }

    /// <summary>The database, by its admin port.</summary>
    public HttpClient Admin { get; }

    public Uri Url => new(page.Urls.First());

    public static async Task<World> StartAsync(SyncGatewayEmulatorOptions? options = null)
    {
        var world = await StartWithoutServicesAsync(options);
        await world.StartServicesAsync();
        return world;
    }

    /// <summary>All but gateway and worker: what is asked reaches Sync Gateway, and stays there.</summary>
    public static async Task<World> StartWithoutServicesAsync(SyncGatewayEmulatorOptions? options = null)
    {
        // It builds the page: what serves it looks for it only once.
        await TheBrowser.GetAsync();
        var syncGateway = await SyncGatewayEmulator.StartAsync(options ?? new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        return new World(syncGateway, swapi, await StartPageAsync(syncGateway.PublicUrl, WebPage.Target));
    }

    /// <summary>Starts gateway and worker, which use the admin port because guests and users are the tests' business.</summary>
    public async Task StartServicesAsync()
    {
        var builder = Builder(new()
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Bus:Transport"] = "InMemory",
            ["Gateway:WebhookPassword"] = Password,
            ["SyncGateway:Url"] = SyncGateway.AdminUrl.ToString(),
            ["Swapi:BaseAddresses:0"] = Swapi.Url.ToString(),
            ["Swapi:Cache"] = "false",
        });
        builder.AddServiceDefaults(port: 0).AddGateway().AddWorker().AddMessaging(ActionCatalog.Default, messaging => messaging.PublishAll().AddWorkerActions());
        builder.Logging.ClearProviders();
        services = builder.Build();
        services.MapServiceDefaults().MapGateway();
        await services.StartAsync();
        var webhook = new UriBuilder(services.Urls.First()) { UserName = "sync-gateway", Password = Password, Path = "/webhooks/sync-gateway/db" };
        SyncGateway.AddWebhook(new() { Url = webhook.ToString() });
    }

    /// <summary>The page's server alone.</summary>
    public static async Task<WebApplication> StartPageAsync(Uri syncGateway, string folder)
    {
        var builder = Builder(new()
        {
            ["urls"] = "http://127.0.0.1:0",
            ["WebClient:SyncGateway"] = syncGateway.ToString(),
            ["WebClient:Folder"] = folder,
        });
        builder.AddWebClient();
        var app = builder.Build();
        app.MapWebClient();
        await app.StartAsync();
        return app;
    }

    /// <summary>Opens the page on another device: a browser profile of its own.</summary>
    public async Task<Device> OpenAsync(Microsoft.Playwright.BrowserNewContextOptions? options = null)
    {
        var device = await Device.OpenAsync(await TheBrowser.GetAsync(), Url, options);
        devices.Add(device);
        return device;
    }

    public async Task<JsonObject> DocumentAsync(string id) => JsonNode.Parse(await Admin.GetStringAsync(Uri.EscapeDataString(id)))!.AsObject();

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }

        // What hangs in SWAPI would otherwise keep the worker from stopping.
        Swapi.Faults = new();
        await page.StopAsync();
        await page.DisposeAsync();
        if (services is not null)
        {
            await services.StopAsync();
            await services.DisposeAsync();
        }

        await SyncGateway.DisposeAsync();
        await Swapi.DisposeAsync();
        Admin.Dispose();
    }

    private static WebApplicationBuilder Builder(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        return builder;
    }
}
