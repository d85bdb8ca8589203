using System.Net;
using System.Net.Sockets;

namespace OfflineActions.Dev;

/// <summary>Ports on 127.0.0.1 that nobody listens on.</summary>
/// <remarks>
/// They lie below the range systems draw outgoing ports from: a server that is restarted on its port must not find it taken by a
/// client that happened to get it meanwhile. No port is handed out twice by the same process.
/// </remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int offset = Random.Shared.Next(Count);

    /// <summary>One free port.</summary>
    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref offset) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port between {First} and {First + Count}.");
    }

    /// <summary>Whether a server could listen on <paramref name="port"/> of 127.0.0.1 now.</summary>
    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
