using System.Security.Cryptography;

namespace Dev.Commands;

/// <summary>How each process of the system is configured.</summary>
/// <param name="ports">Where they listen.</param>
/// <param name="broker">The broker's address, with user and password.</param>
internal sealed class SystemServices(SystemPorts ports, Uri broker)
{
    public const string WebhookUser = "sync-gateway";

    // The same as a real Sync Gateway is given in deploy/sync-gateway: requests of any action, also of those yet to be written.
    private const string RequestsOnly =
        "function (doc) { return !doc._deleted && typeof doc.action === 'string' && doc.action.slice(-8) === '_request'; }";

    public string WebhookPassword { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string SyncGateway => Local(ports.SyncGateway);

    public string Swapi => Local(ports.Swapi) + "/api/";

    public string Gateway => Local(ports.Gateway);

    public IReadOnlyList<string> Workers => [.. ports.Workers.Select(Local)];

    public ServiceOptions EmulatorsOptions() => new()
    {
        Service = "Emulators",
        Name = "emulators",
        ReadyPath = SyncGateway + "/_ping",
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__SyncGateway__PublicPort"] = $"{ports.SyncGateway}",
            ["Emulators__SyncGateway__AdminPort"] = $"{ports.SyncGatewayAdmin}",
            ["Emulators__SyncGateway__ControlPort"] = $"{ports.SyncGatewayControl}",
            ["Emulators__SyncGateway__Webhooks__0__Url"] =
                $"http://{WebhookUser}:{WebhookPassword}@127.0.0.1:{ports.Gateway}/webhooks/sync-gateway/db",
            ["Emulators__SyncGateway__Webhooks__0__Filter"] = RequestsOnly,
            ["Emulators__Swapi__Port"] = $"{ports.Swapi}",
        },
    };

    public ServiceOptions GatewayOptions() => new()
    {
        Service = "Gateway",
        Name = "gateway",
        Url = new Uri(Gateway),
        Environment = new Dictionary<string, string?>(Bus())
        {
            ["SyncGateway__Url"] = SyncGateway,
            ["Gateway__Keyspaces__0"] = "db",
            ["Gateway__WebhookUser"] = WebhookUser,
            ["Gateway__WebhookPassword"] = WebhookPassword,
        },
    };

    public IEnumerable<ServiceOptions> WorkerOptions() => Workers.Select((url, index) => new ServiceOptions
    {
        Service = "Worker",
        Name = $"worker {index + 1}",
        Url = new Uri(url),
        Environment = new Dictionary<string, string?>(Bus())
        {
            ["SyncGateway__Url"] = SyncGateway,
            ["Swapi__BaseAddresses__0"] = Swapi,
        },
    });

    private static string Local(int port) => $"http://127.0.0.1:{port}";

    private Dictionary<string, string?> Bus() => new()
    {
        ["Bus__Transport"] = "RabbitMq",
        ["Bus__Url"] = broker.AbsoluteUri,
    };
}
