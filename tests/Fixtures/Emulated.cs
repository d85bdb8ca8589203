using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>An emulated Sync Gateway on free ports, with an HTTP client for each port.</summary>
internal sealed class Emulated : IAsyncDisposable
{
    private Emulated(SyncGatewayEmulator gateway)
    {
        Gateway = gateway;
        Admin = new() { BaseAddress = gateway.AdminUrl, Timeout = TimeSpan.FromSeconds(20) };
        Public = new() { BaseAddress = gateway.PublicUrl, Timeout = TimeSpan.FromSeconds(20) };
        Admin.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        Public.DefaultRequestHeaders.Accept.ParseAdd("application/json");
        Control = new() { BaseAddress = gateway.ControlUrl, Timeout = TimeSpan.FromSeconds(20) };
    }

    public SyncGatewayEmulator Gateway { get; }

    public HttpClient Admin { get; }

    public HttpClient Public { get; }

    public HttpClient Control { get; }

    public static async Task<Emulated> StartAsync(
        IReadOnlyList<WebhookOptions>? webhooks = null,
        int maxProcesses = 500,
        int waitForProcess = 100,
        bool guest = true,
        TimeProvider? clock = null,
        bool allowConflicts = false,
        IReadOnlyList<string>? databases = null,
        string? sync = null) =>
        new(await SyncGatewayEmulator.StartAsync(
            new()
            {
                PublicPort = 0,
                AdminPort = 0,
                ControlPort = 0,
                Webhooks = webhooks ?? [],
                MaxProcesses = maxProcesses,
                WaitForProcess = waitForProcess,
                Guest = guest,
                Users = new Dictionary<string, string> { ["worker"] = "secret" },
                AllowConflicts = allowConflicts,
                Databases = databases ?? [],
                SyncFunction = sync,
            },
            clock: clock));

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Public.Dispose();
        Control.Dispose();
        await Gateway.DisposeAsync();
    }
}
