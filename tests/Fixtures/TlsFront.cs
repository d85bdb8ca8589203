using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace OfflineActions.Tests.Tls;

/// <summary>Ends TLS in front of a server, and passes on what it receives.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Uri server;
    private readonly X509Certificate2 certificate;
    private readonly Task accepting;

    public TlsFront(Uri server, TestCertificate files)
    {
        this.server = server;
        certificate = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens, by the name that certificates of these tests have.</summary>
    public Uri Url => new($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        // Not before accepting has ended: a listener that is stopped refuses to accept with an error of its own.
        await stopping.CancelAsync();
        await accepting;
        listener.Dispose();
        certificate.Dispose();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                open.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using var _ = client;
            await using var secure = new SslStream(client.GetStream());
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopping.Token);
            using var back = new TcpClient();
            await back.ConnectAsync(server.Host, server.Port, stopping.Token);
            await Task.WhenAny(secure.CopyToAsync(back.GetStream(), stopping.Token), back.GetStream().CopyToAsync(secure, stopping.Token));
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            // The client refuses the certificate, or the test has ended.
        }
    }
}
