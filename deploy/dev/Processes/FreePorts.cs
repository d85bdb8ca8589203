using System.Net;
using System.Net.Sockets;

namespace OfflineActions.Dev;

/// <summary>Finds free ports on 127.0.0.1.</summary>
/// <remarks>
/// The ports lie below the range of outgoing connections, so that no client takes the port of a server while that restarts.
/// This process never returns the same port twice until it has returned all of its range, and up to eight processes have ranges of their
/// own: two test programs side by side do not take each other's ports.
/// </remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int RangeCount = 8;
    private const int RangeSize = 1_500;
    private static readonly PortRange Range = PortRange.Reserve();
    private static int offset = Random.Shared.Next(RangeSize * RangeCount);

    /// <summary>Returns a free port.</summary>
    public static int Take()
    {
        for (var attempt = 0; attempt < Range.Size; attempt++)
        {
            var port = Range.First + (int)((uint)Interlocked.Increment(ref offset) % Range.Size);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No free port between {Range.First} and {Range.First + Range.Size}.");
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

    /// <summary>The ports of this process. The lock ends with the process, however it ends.</summary>
    private sealed record PortRange(int First, int Size, FileStream? Lock)
    {
        public static PortRange Reserve()
        {
            for (var index = 0; index < RangeCount; index++)
            {
                var path = Path.Combine(Path.GetTempPath(), $"offline-actions-ports-{index}.lock");
                try
                {
                    var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                    return new PortRange(FreePorts.First + (index * RangeSize), RangeSize, file);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // Another process, or another user, has this range.
                }
            }

            return new PortRange(FreePorts.First, RangeSize * RangeCount, Lock: null);
        }
    }
}
