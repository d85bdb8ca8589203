using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Tests.Messaging;

/// <summary>
/// What an operator reads when TLS with the broker does not work. The broker is a server that ends each connection after the handshake.
/// </summary>
public sealed class BrokerTlsTests
{
    private TestCertificates certificates = null!;

    [SetUp]
    public void Create() => certificates = new TestCertificates();

    [TearDown]
    public void Delete() => certificates.Dispose();

    [Test]
    public async Task A_certificate_for_another_host_is_refused()
    {
        var error = await ConnectAsync(certificates.Issue("server", ["broker.example", "10.0.0.9"]), certificates.CaFile);

        Assert.That(error, Does.EndWith("The broker's certificate is for broker.example, 10.0.0.9, but the address names localhost. "
            + "Use a name of the certificate in the address, or a certificate with the name of the address."));
    }

    [Test]
    public async Task A_certificate_that_has_expired_is_refused()
    {
        var error = await ConnectAsync(certificates.Issue("server", ["localhost"], end: TimeSpan.FromDays(-1)), certificates.CaFile);

        Assert.That(error, Does.Contain($"The broker's certificate expired on {DateTime.UtcNow.AddDays(-1):yyyy-MM-dd}"));
    }

    [Test]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        using var others = new TestCertificates("Other CA");

        var error = await ConnectAsync(others.Issue("server", ["localhost"]), certificates.CaFile);

        Assert.That(error, Does.EndWith("The broker's certificate is signed by CN=Other CA, which is not in Bus:Tls:CaFile."));
    }

    [Test]
    public async Task A_private_authority_is_refused_without_its_file()
    {
        var error = await ConnectAsync(certificates.Issue("server", ["localhost"]), caFile: "");

        Assert.That(error, Does.EndWith(
            "which this machine does not trust: name its certificate in Bus:Tls:CaFile."));
    }

    [Test]
    public async Task A_certificate_for_clients_is_refused_from_a_server()
    {
        var error = await ConnectAsync(certificates.Issue("client"), certificates.CaFile);

        Assert.That(error, Does.EndWith("The broker's certificate is not one for servers (extended key usage serverAuth)."));
    }

    [Test]
    public async Task A_broker_that_asks_for_a_certificate_gets_one_or_says_that_it_wants_one()
    {
        var server = certificates.Issue("server", ["localhost"]);

        Assert.That(await ConnectAsync(server, certificates.CaFile, isClientAsked: true), Does.EndWith(
            "The broker asks for a client certificate: set Bus:Tls:CertificateFile and Bus:Tls:KeyFile."));
        Assert.That(
            await ConnectAsync(server, certificates.CaFile, certificates.Issue("worker"), isClientAsked: true),
            Does.Contain("It may not accept the client certificate of CN=worker, signed by CN=Test CA, valid from "));
    }

    [Test]
    public async Task A_port_without_TLS_is_named_as_the_cause()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, async stream => await stream.WriteAsync("AMQP\0\0\x09\x01"u8.ToArray()));

        var error = await ConnectAsync(listener, new BusTls { CaFile = certificates.CaFile });

        Assert.That(
            error, Does.Contain("The TLS handshake with localhost failed: ").And.EndsWith("Does the port of the address speak TLS (5671)?"));
        await serving;
    }

    [Test]
    public async Task A_file_that_was_replaced_is_used_by_the_next_connection()
    {
        var server = certificates.Issue("server", ["localhost"]);
        var authority = Path.Combine(certificates.Folder, "current.pem");
        using var others = new TestCertificates("Other CA");
        File.Copy(others.CaFile, authority);
        var before = await ConnectAsync(server, authority);

        File.Copy(certificates.CaFile, authority, overwrite: true);
        var after = await ConnectAsync(server, authority, isClientAsked: true);
        File.Delete(authority);
        var missing = await ConnectAsync(server, authority);

        Assert.That(before, Does.EndWith("which is not in Bus:Tls:CaFile."));
        Assert.That(after, Does.EndWith("set Bus:Tls:CertificateFile and Bus:Tls:KeyFile."));
        Assert.That(missing, Does.Contain($"Bus:Tls:CaFile {authority} cannot be read by user "));
    }

    private static async Task<string> ConnectAsync(
        TestCertificate server, string caFile, TestCertificate? client = null, bool isClientAsked = false)
    {
        using var certificate = X509Certificate2.CreateFromPemFile(server.CertificateFile, server.KeyFile);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, async stream =>
        {
            await using var secured = new SslStream(stream);
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = isClientAsked,
                RemoteCertificateValidationCallback = (_, shown, _, _) => !isClientAsked || shown is not null,
            });
        });
        var error = await ConnectAsync(listener, new BusTls
        {
            CaFile = caFile,
            CertificateFile = client?.CertificateFile ?? "",
            KeyFile = client?.KeyFile ?? "",
        });
        await serving;
        return error;
    }

    private static async Task<string> ConnectAsync(TcpListener listener, BusTls tls)
    {
        var bus = new BusOptions { Url = new Uri($"amqps://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}"), Tls = tls };
        try
        {
            await using var connection = await BrokerConnection.OpenAsync(bus, "test", CancellationToken.None);
            return "connected";
        }
        catch (BrokerUnavailableException error)
        {
            return error.Message;
        }
        finally
        {
            listener.Stop();
        }
    }

    private static async Task ServeAsync(TcpListener listener, Func<Stream, Task> answer)
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            await answer(client.GetStream());
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The client refused, or did not come.
        }
    }
}
