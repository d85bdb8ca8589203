using System.Buffers.Binary;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Reads the chunks of a WebP.</summary>
internal static class WebPHeader
{
    private const int Start = 12;
    private const int Frame = 8;

    /// <returns>Null when it is damaged or was cut off.</returns>
    public static PictureHeader? Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < Start || BinaryPrimitives.ReadUInt32LittleEndian(content[4..]) is var size && size > content.Length - Frame)
        {
            return null;
        }

        var ((width, height), orientation) = ((0, 0), 1);
        (int, int)? canvas = null;
        for (var rest = content[Start..]; rest.Length >= Frame;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - Frame)
            {
                return null;
            }

            var name = rest[..4];
            var data = rest.Slice(Frame, (int)length);
            if (name.SequenceEqual("VP8 "u8))
            {
                (width, height) = ReadLossy(data);
            }
            else if (name.SequenceEqual("VP8L"u8))
            {
                (width, height) = ReadLossless(data);
            }
            else if (name.SequenceEqual("VP8X"u8) && data.Length >= 10)
            {
                canvas = (1 + Read24(data[4..]), 1 + Read24(data[7..]));
            }
            else if (name.SequenceEqual("EXIF"u8))
            {
                orientation = TiffHeader.ReadOrientation(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            }

            // A chunk of odd length has a byte after it, so that the next one begins at an even place.
            rest = rest[Math.Min(rest.Length, Frame + (int)length + ((int)length & 1))..];
        }

        return width > 0 && height > 0 && (canvas is null || canvas == (width, height))
            ? new PictureHeader(PictureFormat.WebP, width, height, orientation)
            : null;
    }

    private static (int Width, int Height) ReadLossy(ReadOnlySpan<byte> data) => data is [_, _, _, 0x9D, 0x01, 0x2A, _, _, _, _, ..]
        ? (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF)
        : (0, 0);

    private static (int Width, int Height) ReadLossless(ReadOnlySpan<byte> data)
    {
        if (data is not [0x2F, _, _, _, _, ..])
        {
            return (0, 0);
        }

        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        return (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
    }

    private static int Read24(ReadOnlySpan<byte> data) => data[0] | (data[1] << 8) | (data[2] << 16);
}
