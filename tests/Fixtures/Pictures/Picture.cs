using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace OfflineActions.Tests.Pictures;

/// <summary>Files of pictures, as cameras and apps write them.</summary>
internal static class Picture
{
    /// <summary>A PNG.</summary>
    public static byte[] ToPng(this Raster raster, int orientation = 1)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, raster.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), raster.Height);
        (header[8], header[9]) = (8, 0);

        var data = new MemoryStream();
        using (var deflate = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < raster.Height; y++)
            {
                deflate.WriteByte(0);
                deflate.Write(raster.Pixels, y * raster.Width, raster.Width);
            }
        }

        return
        [
            0x89, .. "PNG\r\n\x1A\n"u8,
            .. Chunk("IHDR"u8, header),
            .. orientation == 1 ? [] : Chunk("eXIf"u8, Exif(orientation)),
            .. Chunk("IDAT"u8, data.ToArray()),
            .. Chunk("IEND"u8, []),
        ];
    }

    /// <summary>A TIFF without compression.</summary>
    public static byte[] ToTiff(this Raster raster, int orientation = 1, bool isColoured = false)
    {
        var samples = isColoured ? 3 : 1;
        var data = isColoured ? raster.Pixels.SelectMany(grey => new[] { grey, grey, grey }).ToArray() : raster.Pixels;
        (int Tag, int Type, int Value)[] entries =
        [
            (256, 4, raster.Width), (257, 4, raster.Height), (258, 3, 8), (259, 3, 1), (262, 3, isColoured ? 2 : 1), (273, 4, 0),
            (274, 3, orientation), (277, 3, samples), (278, 4, raster.Height), (279, 4, data.Length),
        ];
        var start = 8 + 2 + (12 * entries.Length) + 4 + 8;
        var bits = start - 8;
        return
        [
            .. "II*\0"u8, .. I32(8), .. I16(entries.Length),
            .. entries.SelectMany(entry => entry.Tag switch
            {
                273 => Entry(273, 4, 1, start),
                258 when isColoured => Entry(258, 3, 3, bits),
                _ => Entry(entry.Tag, entry.Type, 1, entry.Value),
            }),
            .. I32(0), 8, 0, 8, 0, 8, 0, 0, 0,
            .. data,
        ];
    }

    /// <summary>A WebP without loss, and without compression.</summary>
    public static byte[] ToWebP(this Raster raster, int orientation = 1)
    {
        var bits = new BitWriter();
        bits.Write(0x2F, 8);
        bits.Write(raster.Width - 1, 14);
        bits.Write(raster.Height - 1, 14);
        bits.Write(0, 1 + 3); // No transparency, version 0.
        bits.Write(0, 1 + 1 + 1); // No transform, no colour cache, one group of codes.
        WriteByteCode(bits, 280);
        WriteByteCode(bits, 256);
        WriteByteCode(bits, 256);
        bits.Write(0b101, 3); // Opacity: one symbol of eight bits, which costs nothing.
        bits.Write(255, 8);
        bits.Write(0b001, 3); // Distances: the symbol 0, never used.
        bits.Write(0, 1);
        foreach (var grey in raster.Pixels)
        {
            var code = Reverse(grey);
            bits.Write(code, 8);
            bits.Write(code, 8);
            bits.Write(code, 8);
        }

        var extended = new byte[10];
        extended[0] = 8; // EXIF follows.
        (extended[4], extended[5]) = ((byte)(raster.Width - 1), (byte)((raster.Width - 1) >> 8));
        (extended[7], extended[8]) = ((byte)(raster.Height - 1), (byte)((raster.Height - 1) >> 8));
        byte[] chunks =
        [
            .. orientation == 1 ? [] : Riff("VP8X"u8, extended),
            .. Riff("VP8L"u8, bits.ToArray()),
            .. orientation == 1 ? [] : Riff("EXIF"u8, Exif(orientation)),
        ];
        return [.. "RIFF"u8, .. I32(chunks.Length + 4), .. "WEBP"u8, .. chunks];
    }

    /// <summary>EXIF data that hold an orientation only.</summary>
    public static byte[] Exif(int orientation) => [.. "II*\0"u8, .. I32(8), .. I16(1), .. Entry(274, 3, 1, orientation), .. I32(0)];

    private static byte[] Entry(int tag, int type, int count, int value) => [.. I16(tag), .. I16(type), .. I32(count), .. I32(value)];

    private static byte[] Riff(ReadOnlySpan<byte> name, byte[] data) =>
        [.. name, .. I32(data.Length), .. data, .. new byte[data.Length & 1]];

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        byte[] named = [.. name, .. data];
        var (length, checksum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. checksum];
    }

    private static byte[] I16(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] I32(int value) => [.. I16(value), .. I16(value >> 16)];

    /// <summary>A code in which each of the first 256 symbols has its own eight bits.</summary>
    private static void WriteByteCode(BitWriter bits, int symbols)
    {
        // The code lengths are coded, too: of the lengths, only 0 and 8 are used, with one bit each.
        int[] order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8];
        bits.Write(0, 1);
        bits.Write(order.Length - 4, 4);
        foreach (var length in order)
        {
            bits.Write(length is 0 or 8 ? 1 : 0, 3);
        }

        bits.Write(0, 1);
        for (var symbol = 0; symbol < symbols; symbol++)
        {
            bits.Write(symbol < 256 ? 1 : 0, 1);
        }
    }

    private static int Reverse(byte value)
    {
        var reversed = 0;
        for (var bit = 0; bit < 8; bit++)
        {
            reversed |= ((value >> bit) & 1) << (7 - bit);
        }

        return reversed;
    }

    private sealed class BitWriter
    {
        private readonly List<byte> bytes = [];
        private int filled = 8;

        public void Write(int value, int count)
        {
            for (var bit = 0; bit < count; bit++)
            {
                if (filled == 8)
                {
                    bytes.Add(0);
                    filled = 0;
                }

                bytes[^1] |= (byte)(((value >> bit) & 1) << filled++);
            }
        }

        public byte[] ToArray() => [.. bytes];
    }
}
