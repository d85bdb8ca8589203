using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>A connection to a Sync Gateway, with TLS when its address says <c>https</c>.</summary>
internal sealed class ServerConnection : IDisposable
{
    private readonly Socket socket;
    private readonly ServerAddress server;

    private ServerConnection(Socket socket, Stream stream, ServerAddress server)
    {
        this.socket = socket;
        this.server = server;
        Stream = stream;
    }

    public Stream Stream { get; }

    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="AuthenticationException">Its certificate is not trusted; the message says so.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<ServerConnection> OpenAsync(ServerAddress server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Url.IdnHost, server.Url.Port, cancellationToken);
            Stream stream = new NetworkStream(socket);
            stream = server.Url.Scheme == Uri.UriSchemeHttps ? await EncryptAsync(stream, server, cancellationToken) : stream;
            return new(socket, stream, server);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The request as this server gets it: its name in <c>Host</c>, and no compression of websockets, which a recording cannot show.
    /// </summary>
    public HttpHead Readdress(HttpHead request) => request with
    {
        Headers =
        [
            .. request.Headers.Where(header => !header.Is("Sec-WebSocket-Extensions"))
                .Select(header => header.Is("Host") ? header with { Value = server.Url.Authority } : header),
        ],
    };

    /// <summary>Tells the server that no more requests come.</summary>
    public void EndRequests()
    {
        if (socket.Connected)
        {
            socket.Shutdown(SocketShutdown.Send);
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        socket.Dispose();
    }

    private static async Task<SslStream> EncryptAsync(Stream stream, ServerAddress server, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(stream);
        try
        {
            var options = new SslClientAuthenticationOptions { TargetHost = server.Url.IdnHost, CertificateChainPolicy = server.Policy };
            await encrypted.AuthenticateAsClientAsync(options, cancellationToken);
            return encrypted;
        }
        catch (AuthenticationException error)
        {
            await encrypted.DisposeAsync();
            var hint = server.Authorities is null ? "; --ca FILE names the authority that signed it" : "";
            throw new AuthenticationException(
                $"{server.Url} has a certificate that is not trusted: {error.Message.TrimEnd('.')}{hint}.", error);
        }
    }
}
