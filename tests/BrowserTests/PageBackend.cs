using System.Net.Http.Json;
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

/// <summary>The backend of the page in this process: web server, gateway, worker, and emulated Sync Gateway and SWAPI.</summary>
internal sealed class PageBackend : IAsyncDisposable
{
    private const string Password = "a-password-for-tests";

    private readonly WebApplication page;
    private readonly List<Device> devices = [];
    private WebApplication? services;

    private PageBackend(SyncGatewayEmulator syncGateway, SwapiEmulator swapi, WebApplication page)
    {
        SyncGateway = syncGateway;
        Swapi = swapi;
        this.page = page;
        Admin = new HttpClient { BaseAddress = new Uri(syncGateway.AdminUrl, "db/") };
    }

    public SyncGatewayEmulator SyncGateway { get; }

    public SwapiEmulator Swapi { get; }

    /// <summary>The database on the admin port.</summary>
    public HttpClient Admin { get; }

    public Uri Url => new(page.Urls.First());

    public static async Task<PageBackend> StartAsync(SyncGatewayEmulatorOptions? options = null)
    {
        var backend = await StartWithoutServicesAsync(options);
        await backend.StartServicesAsync();
        return backend;
    }

    /// <summary>Starts everything but gateway and worker: requests reach Sync Gateway and stay open.</summary>
    public static async Task<PageBackend> StartWithoutServicesAsync(SyncGatewayEmulatorOptions? options = null)
    {
        // Builds the page first: the web server looks for its folder only at the start.
        await SharedBrowser.GetAsync();
        var syncGateway = await SyncGatewayEmulator.StartAsync(options ?? new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        return new PageBackend(syncGateway, swapi, await StartPageAsync(syncGateway.PublicUrl));
    }

    /// <summary>Starts gateway and worker. They use the admin port, because the tests decide who may use the public one.</summary>
    public async Task StartServicesAsync()
    {
        var builder = CreateBuilder(new()
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

    /// <summary>Opens the page on a new device (browser profile).</summary>
    public async Task<Device> OpenAsync(Microsoft.Playwright.BrowserNewContextOptions? options = null)
    {
        var device = await Device.OpenAsync(await SharedBrowser.GetAsync(), Url, options);
        devices.Add(device);
        return device;
    }

    /// <summary>
    /// Opens the page on a new device without its service worker, for a test that answers requests itself: requests may pass Playwright by
    /// when a service worker takes control of the page after the test has said which ones it answers.
    /// </summary>
    public Task<Device> OpenInterceptableAsync() => OpenAsync(new() { ServiceWorkers = Microsoft.Playwright.ServiceWorkerPolicy.Block });

    public async Task<JsonObject> DocumentAsync(string id) => JsonNode.Parse(await Admin.GetStringAsync(Uri.EscapeDataString(id)))!.AsObject();

    /// <summary>Writes the next revision of a document, as a worker would.</summary>
    public async Task AnswerAsync(string id, string action, Action<JsonObject> change)
    {
        var document = await DocumentAsync(id);
        document["action"] = action;
        change(document);
        using var response = await Admin.PutAsJsonAsync(Uri.EscapeDataString(id), document);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices)
        {
            await device.DisposeAsync();
        }

        // A hanging SWAPI request would delay the worker's stop.
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

    private static async Task<WebApplication> StartPageAsync(Uri syncGateway)
    {
        var builder = CreateBuilder(new()
        {
            ["urls"] = "http://127.0.0.1:0",
            ["WebClient:SyncGateway"] = syncGateway.ToString(),
            ["WebClient:Folder"] = WebPage.Target,
        });
        builder.AddWebClient();
        var app = builder.Build();
        app.MapWebClient();
        await app.StartAsync();
        return app;
    }

    private static WebApplicationBuilder CreateBuilder(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        return builder;
    }
}
