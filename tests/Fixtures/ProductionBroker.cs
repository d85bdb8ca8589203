using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using OfflineActions.Dev;
using OfflineActions.Messaging;
using RabbitMQ.Client;

namespace OfflineActions.Tests;

/// <summary>
/// A RabbitMQ with the files of <c>deploy/rabbitmq</c> as they are. Only ports and paths are others, and passwords are put in as its README
/// says. Certificates are made for the test.
/// </summary>
public sealed class ProductionBroker : IAsyncDisposable
{
    /// <summary>The virtual host of the definitions.</summary>
    public const string VirtualHost = "offline-actions";

    private const string Administrator = "administrator";

    private readonly LocalRabbitMq broker;
    private readonly int port;
    private readonly int managementPort;

    private ProductionBroker(LocalRabbitMq broker, TestCertificates certificates, int port, int managementPort)
    {
        (this.broker, Certificates, this.port, this.managementPort) = (broker, certificates, port, managementPort);
        Management = new BrokerManagement(
            ManagementUrl, new NetworkCredential(Administrator, PasswordOf(Administrator)), VirtualHost, CreateHandler());
    }

    /// <summary>The private authority.</summary>
    public TestCertificates Certificates { get; }

    /// <summary>The management API, as an administrator whom only the test has made.</summary>
    public BrokerManagement Management { get; }

    /// <summary>Where the management API is.</summary>
    public Uri ManagementUrl => new($"https://localhost:{managementPort}/");

    /// <summary>The broker's log.</summary>
    public string LogFile => broker.LogFile;

    /// <summary>Starts it and waits until it responds.</summary>
    public static async Task<ProductionBroker> StartAsync()
    {
        var certificates = new TestCertificates();
        var folder = certificates.Folder;
        certificates.Issue("server", ["localhost"]);
        var definitions = Path.Combine(folder, "definitions.json");
        await File.WriteAllTextAsync(
            definitions, BrokerDefinitions.SetPasswords(await File.ReadAllTextAsync(BrokerDefinitions.File), PasswordOf));
        var (port, management) = (FreePorts.Take(), FreePorts.Take());
        var probe = CreateFactory(port, "gateway", VirtualHost, certificates.Issue("probe"));
        using var http = new HttpClient(CreateHandler(certificates));
        var broker = await LocalRabbitMq.StartAsync(new LocalRabbitMqOptions
        {
            ConfigurationFile = Path.Combine(Repository.Root, "deploy", "rabbitmq", "rabbitmq.conf"),
            Settings =
            [
                $"listeners.ssl.default = 127.0.0.1:{port}",
                $"management.ssl.port = {management}",
                "management.ssl.ip = 127.0.0.1",
                $"load_definitions = {definitions}",
                // The disk of a test machine may be nearly full.
                "disk_free_limit.absolute = 50MB",
                .. new[] { "ssl_options", "management.ssl" }.SelectMany(section => new[]
                {
                    $"{section}.cacertfile = {certificates.CaFile}",
                    $"{section}.certfile = {folder}/server.pem",
                    $"{section}.keyfile = {folder}/server.key",
                }),
            ],
            IsReady = async cancellationToken =>
            {
                await using var connection = await probe.CreateConnectionAsync(cancellationToken);
                using var answer = await http.GetAsync(new Uri($"https://localhost:{management}/"), cancellationToken);
                return answer.IsSuccessStatusCode;
            },
        });
        await broker.ControlAsync("add_user", Administrator, PasswordOf(Administrator));
        await broker.ControlAsync("set_user_tags", Administrator, "administrator");
        await broker.ControlAsync("set_permissions", "-p", VirtualHost, Administrator, ".*", ".*", ".*");
        return new ProductionBroker(broker, certificates, port, management);
    }

    /// <summary>The password of a user, with characters that a URL would have to escape.</summary>
    public static string PasswordOf(string user) => $"p/%2F#?@:{user}";

    /// <summary>The broker's address, without a user.</summary>
    public Uri UrlFor(string host = "localhost", string virtualHost = VirtualHost) => new($"amqps://{host}:{port}/{virtualHost}");

    /// <summary>The environment of a service that signs in as a user, with a certificate of that name.</summary>
    public Dictionary<string, string?> EnvironmentOf(string user)
    {
        var client = Certificates.Issue(user);
        return new()
        {
            ["Bus__Url"] = UrlFor().AbsoluteUri,
            ["Bus__User"] = user,
            ["Bus__Password"] = PasswordOf(user),
            ["Bus__Tls__CaFile"] = Certificates.CaFile,
            ["Bus__Tls__CertificateFile"] = client.CertificateFile,
            ["Bus__Tls__KeyFile"] = client.KeyFile,
        };
    }

    /// <summary>The same as options of this process.</summary>
    public BusOptions OptionsOf(string user)
    {
        var client = Certificates.Issue($"{user}-test");
        return new BusOptions
        {
            Url = UrlFor(),
            User = user,
            Password = PasswordOf(user),
            Tls = new BusTls { CaFile = Certificates.CaFile, CertificateFile = client.CertificateFile, KeyFile = client.KeyFile },
        };
    }

    /// <summary>A connection of a bare client.</summary>
    public Task<IConnection> ConnectAsync(string user, string virtualHost = VirtualHost) =>
        CreateFactory(port, user, virtualHost, Certificates.Issue($"{user}-test")).CreateConnectionAsync();

    /// <summary>Runs <c>rabbitmqctl</c>.</summary>
    public Task ControlAsync(params string[] arguments) => broker.ControlAsync(arguments);

    /// <summary>A handler that trusts the private authority.</summary>
    public HttpMessageHandler CreateHandler() => CreateHandler(Certificates);

    public async ValueTask DisposeAsync()
    {
        Management.Dispose();
        await broker.DisposeAsync();
        Certificates.Dispose();
    }

    private static HttpMessageHandler CreateHandler(TestCertificates certificates) =>
        Messaging.Tls.BrokerHttp.CreateHandler(new() { CaFile = certificates.CaFile });

    private static ConnectionFactory CreateFactory(int port, string user, string virtualHost, TestCertificate client) => new()
    {
        HostName = "localhost",
        Port = port,
        VirtualHost = virtualHost,
        UserName = user,
        Password = PasswordOf(user),
        AutomaticRecoveryEnabled = false,
        Ssl = new SslOption
        {
            Enabled = true,
            ServerName = "localhost",
            Certs = [X509Certificate2.CreateFromPemFile(client.CertificateFile, client.KeyFile)],
            CertificateValidationCallback = (_, shown, _, errors) =>
                errors is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateChainErrors && shown?.Issuer == "CN=Test CA",
        },
    };
}
