using System.Net;
using System.Net.Sockets;

namespace OfflineActions.DevHost;

/// <summary>Where everything listens, on 127.0.0.1; 0 lets the system choose.</summary>
internal sealed record DevPorts(int SyncGateway, int SyncGatewayAdmin, int Gateway, int Swapi, int WebClient)
{
    public static DevPorts Automatic { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Null, or one message that names every port somebody else has, and the option that changes it.</summary>
    public string? Taken()
    {
        var taken = Named().Where(port => port.Number != 0 && IsTaken(port.Number)).ToArray();
        return taken.Length == 0
            ? null
            : string.Join(
                Environment.NewLine,
                [
                    "Not started, something else listens on:",
                    .. taken.Select(port => $"  127.0.0.1:{port.Number}  {port.Purpose}; choose another with {port.Option} PORT"),
                    "Or let the system choose them all: --ports auto",
                ]);
    }

    private IEnumerable<(int Number, string Purpose, string Option)> Named() =>
    [
        (SyncGateway, "Sync Gateway, public", "--sync-gateway-port"),
        (SyncGatewayAdmin, "Sync Gateway, admin", "--sync-gateway-admin-port"),
        (Gateway, "gateway", "--gateway-port"),
        (Swapi, "SWAPI", "--swapi-port"),
        (WebClient, "web client", "--web-client-port"),
    ];

    private static bool IsTaken(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return false;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return true;
        }
    }
}
