using System.Buffers.Binary;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Reads the segments of a JPEG.</summary>
internal static class JpegHeader
{
    /// <summary>
    /// A picture that is sent in steps has about ten scans. Each costs as much as the whole picture, and needs a few bytes only.
    /// </summary>
    private const int MaxScans = 100;

    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte Application1 = 0xE1;

    /// <returns>Null when it is damaged or was cut off.</returns>
    public static PictureHeader? Read(ReadOnlySpan<byte> content)
    {
        var (width, height, orientation, scans) = (0, 0, 1, 0);
        var (channels, isInSteps) = (0, false);
        for (var at = 2; FindMarker(content, at) is { } marker;)
        {
            var kind = content[marker];
            at = marker + 1;
            if (kind is EndOfImage)
            {
                return width > 0 && height > 0 && scans is > 0 and <= MaxScans
                    ? new PictureHeader(PictureFormat.Jpeg, width, height, orientation) { StoredChannels = isInSteps ? channels : 0 }
                    : null;
            }

            if (kind is >= 0xD0 and <= 0xD8 or 0x01)
            {
                continue;
            }

            if (content.Length - at < 2 || BinaryPrimitives.ReadUInt16BigEndian(content[at..]) is var length
                && (length < 2 || length > content.Length - at))
            {
                return null;
            }

            var data = content.Slice(at + 2, BinaryPrimitives.ReadUInt16BigEndian(content[at..]) - 2);
            at += data.Length + 2;
            switch (kind)
            {
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) when data.Length >= 6:
                    if (width != 0)
                    {
                        return null;
                    }

                    (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(data[1..]), BinaryPrimitives.ReadUInt16BigEndian(data[3..]));
                    (channels, isInSteps) = (data[5], kind is 0xC2 or 0xC6 or 0xCA or 0xCE);
                    break;
                case Application1 when data.StartsWith("Exif\0\0"u8):
                    orientation = TiffHeader.ReadOrientation(data[6..]);
                    break;
                case StartOfScan:
                    isInSteps |= scans > 0 || data.Length == 0 || data[0] < channels;
                    scans++;
                    break;
            }
        }

        return null;
    }

    /// <summary>
    /// Where the byte after the next 0xFF is that begins a segment. In the data of a scan, 0xFF is followed by 0, or by a restart marker.
    /// </summary>
    private static int? FindMarker(ReadOnlySpan<byte> content, int from)
    {
        for (var at = from; at < content.Length; at++)
        {
            var next = content[at..].IndexOf((byte)0xFF);
            if (next < 0 || (at += next + 1) >= content.Length)
            {
                return null;
            }

            if (content[at] == 0xFF)
            {
                // Fill bytes: the marker comes after the last of them.
                at--;
            }
            else if (content[at] != 0)
            {
                return at;
            }
        }

        return null;
    }
}
