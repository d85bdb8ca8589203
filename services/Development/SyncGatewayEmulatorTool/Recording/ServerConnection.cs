using System.Net.Security;
using System.Net.Sockets;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>A connection to a Sync Gateway, with TLS when its address says <c>https</c>.</summary>
internal sealed class ServerConnection : IDisposable
{
    private readonly Socket socket;
    private readonly Uri server;

    private ServerConnection(Socket socket, Stream stream, Uri server)
    {
        this.socket = socket;
        this.server = server;
        Stream = stream;
    }

    public Stream Stream { get; }

    /// <exception cref="SocketException">It cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not trusted.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<ServerConnection> OpenAsync(Uri server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.IdnHost, server.Port, cancellationToken);
            Stream stream = new NetworkStream(socket);
            if (server.Scheme == Uri.UriSchemeHttps)
            {
                var encrypted = new SslStream(stream);
                await encrypted.AuthenticateAsClientAsync(new() { TargetHost = server.IdnHost }, cancellationToken);
                stream = encrypted;
            }

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
                .Select(header => header.Is("Host") ? header with { Value = server.Authority } : header),
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
}
