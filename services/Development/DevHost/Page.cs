using OfflineActions.WebClient;

namespace OfflineActions.DevHost;

/// <summary>The web client, on a port of its own, as its container has it.</summary>
internal static class Page
{
    // artifacts/webclient, seen from artifacts/bin/DevHost/{configuration}: where ./dev run puts what npm has built.
    private static readonly string Folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "webclient"));

    /// <summary>Starts serving it.</summary>
    public static async Task<WebApplication> StartAsync(DevPorts ports, EmulatedWorld outside)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = $"http://127.0.0.1:{ports.WebClient}";
        builder.Configuration["WebClient:Folder"] ??= Folder;
        builder.Configuration["WebClient:SyncGateway"] = outside.SyncGateway.ToString();
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        builder.Configuration["Logging:LogLevel:Yarp"] = "Error";
        builder.AddWebClient();

        var app = builder.Build();
        app.MapWebClient();
        await app.StartAsync();
        return app;
    }
}
