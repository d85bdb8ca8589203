using System.Buffers.Binary;

namespace OfflineActions.Emulators.Wire;

/// <summary>Finds the messages in one direction of a websocket (RFC 6455). Pings and pongs are left out.</summary>
/// <param name="receive">Receives each complete message.</param>
internal sealed class WebSocketFrames(Action<byte[]> receive)
{
    private const int Final = 0x80;
    private const int Close = 8;

    private readonly List<byte> message = [];
    private byte[] rest = [];

    /// <summary>Whether a close frame came.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Takes the next bytes of the connection, which may begin and end anywhere in a frame.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        rest = [.. rest, .. bytes];
        while (TakeFrame(rest) is > 0 and var length)
        {
            rest = rest[length..];
        }
    }

    /// <summary>A text message of a client in one frame.</summary>
    /// <param name="text">The message in UTF-8.</param>
    public static byte[] FromClient(ReadOnlySpan<byte> text)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)text.Length);
        byte[] length = text.Length switch
        {
            < 126 => [(byte)(0x80 | text.Length)],
            <= ushort.MaxValue => [0x80 | 126, .. bytes[6..]],
            _ => [0x80 | 127, .. bytes],
        };

        // The mask of zeros leaves the text as it is.
        return [Final | 1, .. length, 0, 0, 0, 0, .. text];
    }

    /// <returns>The length of the frame at the beginning; 0 when it is not complete.</returns>
    private int TakeFrame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
        {
            return 0;
        }

        var (opcode, isMasked, size) = (bytes[0] & 0x0F, (bytes[1] & 0x80) != 0, bytes[1] & 0x7F);
        var header = 2 + (size switch { 126 => 2, 127 => 8, _ => 0 }) + (isMasked ? 4 : 0);
        if (bytes.Length < header)
        {
            return 0;
        }

        var length = size switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            127 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
            _ => size,
        };
        if (bytes.Length - header < length)
        {
            return 0;
        }

        if (opcode == Close)
        {
            IsClosed = true;
        }
        else if (opcode < Close)
        {
            Append(bytes.Slice(header, length), isMasked ? bytes.Slice(header - 4, 4) : [0, 0, 0, 0]);
            if ((bytes[0] & Final) != 0)
            {
                receive(message.ToArray());
                message.Clear();
            }
        }

        return header + length;
    }

    private void Append(ReadOnlySpan<byte> masked, ReadOnlySpan<byte> mask)
    {
        for (var index = 0; index < masked.Length; index++)
        {
            message.Add((byte)(masked[index] ^ mask[index % 4]));
        }
    }
}
