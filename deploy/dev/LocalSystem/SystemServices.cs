using System.Security.Cryptography;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>The configuration of each process of the system.</summary>
/// <param name="ports">Where the processes listen.</param>
/// <param name="broker">The broker's address, with user and password.</param>
/// <param name="management">The address of the broker's management page; null when it has none.</param>
internal sealed class SystemServices(SystemPorts ports, Uri broker, Uri? management = null)
{
    public const string WebhookUser = "sync-gateway";

    public string WebhookPassword { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string SyncGateway => ToUrl(ports.SyncGateway);

    public string Swapi => ToUrl(ports.Swapi) + "/api/";

    public string Gateway => ToUrl(ports.Gateway);

    public string WebClient => ToUrl(ports.WebClient);

    public string Operator => ToUrl(ports.Operator);

    public IReadOnlyList<string> Workers => [.. ports.Workers.Select(ToUrl)];

    public ServiceOptions SyncGatewayOptions() => new()
    {
        Service = "SyncGatewayEmulatorTool",
        Name = "sync gateway",
        ReadyPath = SyncGateway + "/db/",
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__SyncGateway__PublicPort"] = $"{ports.SyncGateway}",
            ["Emulators__SyncGateway__AdminPort"] = $"{ports.SyncGatewayAdmin}",
            ["Emulators__SyncGateway__ControlPort"] = $"{ports.SyncGatewayControl}",
            ["Emulators__SyncGateway__Webhooks__0__Url"] =
                $"http://{WebhookUser}:{WebhookPassword}@127.0.0.1:{ports.Gateway}/webhooks/sync-gateway/db",
            ["Emulators__SyncGateway__Webhooks__0__Filter"] = WebhookFilter.JavaScript,
        },
    };

    public ServiceOptions SwapiOptions() => new()
    {
        Service = "SwapiEmulator",
        Name = "swapi",
        ReadyPath = Swapi + "people/1/",
        Environment = new Dictionary<string, string?>
        {
            ["Emulators__Swapi__Port"] = $"{ports.Swapi}",
            ["Emulators__Swapi__ControlPort"] = $"{ports.SwapiControl}",
        },
    };

    public ServiceOptions GatewayOptions() => new()
    {
        Service = "Gateway",
        Name = "gateway",
        Url = new Uri(Gateway),
        Environment = new Dictionary<string, string?>(GetBusSettings())
        {
            ["SyncGateway__Url"] = SyncGateway,
            ["Gateway__Keyspaces__0"] = "db",
            ["Gateway__WebhookUser"] = WebhookUser,
            ["Gateway__WebhookPassword"] = WebhookPassword,
        },
    };

    public ServiceOptions WebClientOptions() => new()
    {
        Service = "WebClient",
        Name = "web client",
        Url = new Uri(WebClient),
        ReadyPath = "/",
        Environment = new Dictionary<string, string?>
        {
            ["WebClient__SyncGateway"] = SyncGateway,
            ["WebClient__Folder"] = WebPage.Target,
        },
    };

    public ServiceOptions OperatorOptions() => new()
    {
        Service = "Operator",
        Name = "operator",
        Arguments = ["serve"],
        Url = new Uri(Operator),
        Environment = new Dictionary<string, string?>(GetBusSettings())
        {
            ["SyncGateway__Url"] = SyncGateway,
            ["Operator__Management"] = management?.AbsoluteUri,
        },
    };

    public IEnumerable<ServiceOptions> WorkerOptions() => Workers.Select((url, index) => new ServiceOptions
    {
        Service = "Worker",
        Name = $"worker {index + 1}",
        Url = new Uri(url),
        Environment = new Dictionary<string, string?>(GetBusSettings())
        {
            ["SyncGateway__Url"] = SyncGateway,
            ["Swapi__BaseAddresses__0"] = Swapi,
        },
    });

    private static string ToUrl(int port) => $"http://127.0.0.1:{port}";

    private Dictionary<string, string?> GetBusSettings() => new()
    {
        ["Bus__Transport"] = "RabbitMq",
        ["Bus__Url"] = broker.AbsoluteUri,
    };
}
