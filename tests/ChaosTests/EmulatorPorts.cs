using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>Where the emulators listen, and the gateway that is told of changes. They keep their ports over every restart.</summary>
internal sealed class EmulatorPorts
{
    public Uri SyncGateway { get; } = Free();

    public Uri SyncGatewayControl { get; } = Free();

    public Uri Swapi { get; } = new(Free(), "api/");

    public Uri SwapiControl { get; } = Free();

    public Uri Gateway { get; } = Free();

    /// <summary>The process of the emulated Sync Gateway.</summary>
    public ServiceOptions SyncGatewayProcess(string webhookPassword) => new()
    {
        Service = "SyncGatewayEmulator",
        ReadyPath = new Uri(SyncGateway, "db/").AbsoluteUri,
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__SyncGateway__PublicPort"] = $"{SyncGateway.Port}",
            ["Emulators__SyncGateway__AdminPort"] = "0",
            ["Emulators__SyncGateway__ControlPort"] = $"{SyncGatewayControl.Port}",
            ["Emulators__SyncGateway__Webhooks__0__Url"] =
                $"http://sync-gateway:{webhookPassword}@127.0.0.1:{Gateway.Port}/webhooks/sync-gateway/db",
            ["Emulators__SyncGateway__Webhooks__0__Filter"] = WebhookFilter.JavaScript,

            // A writer waits for room among the webhooks; only what a case does may lose one.
            ["Emulators__SyncGateway__WaitForProcess"] = "60000",
        },
    };

    /// <summary>The process of the emulated SWAPI.</summary>
    public ServiceOptions SwapiProcess() => new()
    {
        Service = "SwapiEmulator",
        ReadyPath = new Uri(Swapi, "people/1/").AbsoluteUri,
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__Swapi__Port"] = $"{Swapi.Port}",
            ["Emulators__Swapi__ControlPort"] = $"{SwapiControl.Port}",
        },
    };

    private static Uri Free() => new($"http://127.0.0.1:{FreePorts.Take()}/");
}
