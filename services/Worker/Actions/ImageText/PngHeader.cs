using System.Buffers.Binary;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Reads the chunks of a PNG.</summary>
internal static class PngHeader
{
    private const int SignatureLength = 8;
    private const int HeaderLength = 13;

    /// <summary>Length and name before the data of a chunk, and a checksum after it.</summary>
    private const int Frame = 12;

    /// <returns>Null when it is damaged or was cut off.</returns>
    public static PictureHeader? Read(ReadOnlySpan<byte> content)
    {
        var (width, height, orientation, hasData) = (0u, 0u, 1, false);
        for (var rest = content[Math.Min(SignatureLength, content.Length)..]; rest.Length >= Frame;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Frame)
            {
                return null;
            }

            var name = rest[4..8];
            var data = rest.Slice(8, (int)length);
            if (name.SequenceEqual("IHDR"u8) && data.Length == HeaderLength)
            {
                (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
            }
            else if (name.SequenceEqual("eXIf"u8))
            {
                orientation = TiffHeader.ReadOrientation(data);
            }
            else if (name.SequenceEqual("IDAT"u8))
            {
                hasData = true;
            }
            else if (name.SequenceEqual("IEND"u8))
            {
                return hasData && width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue
                    ? new PictureHeader(PictureFormat.Png, width, height, orientation)
                    : null;
            }

            rest = rest[(Frame + (int)length)..];
        }

        return null;
    }
}
