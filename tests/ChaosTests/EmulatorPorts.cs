using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>The addresses of the emulators and of the gateway, which stay the same over restarts.</summary>
internal sealed class EmulatorPorts
{
    public Uri SyncGateway { get; } = GetFreeUrl();

    public Uri SyncGatewayControl { get; } = GetFreeUrl();

    public Uri Swapi { get; } = new(GetFreeUrl(), "api/");

    public Uri SwapiControl { get; } = GetFreeUrl();

    public Uri Gateway { get; } = GetFreeUrl();

    /// <summary>Options of the emulated Sync Gateway's process.</summary>
    public ServiceOptions SyncGatewayProcess(string webhookPassword) => new()
    {
        Service = "SyncGatewayEmulatorTool",
        ReadyTimeout = ChaosSettings.Timeout,
        ReadyPath = new Uri(SyncGateway, "db/").AbsoluteUri,
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__SyncGateway__PublicPort"] = $"{SyncGateway.Port}",
            ["Emulators__SyncGateway__AdminPort"] = "0",
            ["Emulators__SyncGateway__ControlPort"] = $"{SyncGatewayControl.Port}",
            ["Emulators__SyncGateway__Webhooks__0__Url"] =
                $"http://sync-gateway:{webhookPassword}@127.0.0.1:{Gateway.Port}/webhooks/sync-gateway/db",
            ["Emulators__SyncGateway__Webhooks__0__Filter"] = WebhookFilter.JavaScript,

            // Writes wait while the webhook queue is full, so that only the case itself can lose a webhook.
            ["Emulators__SyncGateway__WaitForProcess"] = "60000",
        },
    };

    /// <summary>Options of the emulated SWAPI's process.</summary>
    public ServiceOptions SwapiProcess() => new()
    {
        Service = "SwapiEmulator",
        ReadyTimeout = ChaosSettings.Timeout,
        ReadyPath = new Uri(Swapi, "people/1/").AbsoluteUri,
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__Swapi__Port"] = $"{Swapi.Port}",
            ["Emulators__Swapi__ControlPort"] = $"{SwapiControl.Port}",
        },
    };

    private static Uri GetFreeUrl() => new($"http://127.0.0.1:{FreePorts.Take()}/");
}
