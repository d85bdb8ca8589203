using OfflineActions.Contracts;
using OfflineActions.Operator.Serve;

namespace OfflineActions.DevHost;

/// <summary>Runs the operator page as another web application in this process, on its own port. Without a broker it shows documents only.</summary>
internal static class OperatorHost
{
    /// <summary>Starts it.</summary>
    public static async Task<WebApplication> StartAsync(DevPorts ports, EmulatedServices emulators)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["urls"] = $"http://127.0.0.1:{ports.Operator}";
        builder.Configuration["Bus:Transport"] = "InMemory";
        builder.Configuration["SyncGateway:Url"] = emulators.SyncGateway.ToString();
        builder.Configuration["Logging:LogLevel:Default"] = "Warning";
        builder.AddOperatorPage(ActionCatalog.Default);

        var app = builder.Build();
        app.MapOperatorPage();
        await app.StartAsync();
        return app;
    }
}
