using System.Net;
using System.Net.Sockets;

namespace OfflineActions.DevHost;

/// <summary>The ports on 127.0.0.1; 0 is any free port.</summary>
internal sealed record DevPorts(int SyncGateway, int SyncGatewayAdmin, int Gateway, int Swapi, int WebClient, int Operator)
{
    public static DevPorts Automatic { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Null, or an error message that names every port in use and the option that changes it.</summary>
    public string? DescribePortsInUse()
    {
        var inUse = GetUses().Where(port => port.Number != 0 && IsInUse(port.Number)).ToArray();
        return inUse.Length == 0
            ? null
            : string.Join(
                Environment.NewLine,
                [
                    "Not started, these ports are in use:",
                    .. inUse.Select(port => $"  127.0.0.1:{port.Number}  {port.Purpose}; choose another: {port.Option} PORT"),
                    "Or use free ports for all: --ports auto",
                ]);
    }

    private IEnumerable<(int Number, string Purpose, string Option)> GetUses() =>
    [
        (SyncGateway, "Sync Gateway, public", "--sync-gateway-port"),
        (SyncGatewayAdmin, "Sync Gateway, admin", "--sync-gateway-admin-port"),
        (Gateway, "gateway", "--gateway-port"),
        (Swapi, "SWAPI", "--swapi-port"),
        (WebClient, "web client", "--web-client-port"),
        (Operator, "operator page", "--operator-port"),
    ];

    private static bool IsInUse(int port)
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
