using OfflineActions.WebClient;

namespace OfflineActions.DevHost;

/// <summary>Runs the web client as a second web application in this process, on its own port.</summary>
internal static class WebClientHost
{
    // artifacts/webclient, relative to artifacts/bin/OfflineActions.DevHost/{configuration}: ./dev run builds the page there.
    private static readonly string Folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "webclient"));

    /// <summary>Starts it; the page syncs with the emulated Sync Gateway.</summary>
    public static async Task<WebApplication> StartAsync(DevPorts ports, EmulatedServices emulators)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = $"http://127.0.0.1:{ports.WebClient}";
        builder.Configuration["WebClient:Folder"] ??= Folder;
        builder.Configuration["WebClient:SyncGateway"] = emulators.SyncGateway.ToString();
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        builder.Configuration["Logging:LogLevel:Yarp"] = "Error";
        builder.AddWebClient();

        var app = builder.Build();
        app.MapWebClient();
        await app.StartAsync();
        return app;
    }
}
