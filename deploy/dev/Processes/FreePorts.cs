using System.Net;
using System.Net.Sockets;

namespace OfflineActions.Dev;

/// <summary>Finds free ports on 127.0.0.1.</summary>
/// <remarks>
/// The ports lie below the range of outgoing connections, so that no client takes the port of a server while that restarts.
/// This process never returns the same port twice.
/// </remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static int offset = Random.Shared.Next(Count);

    /// <summary>Returns a free port.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Count; attempt++)
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
