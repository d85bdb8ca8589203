using System.Buffers.Binary;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Reads the first page of a TIFF, and the orientation in EXIF data, which are a TIFF without a picture.</summary>
internal static class TiffHeader
{
    private const int EntryLength = 12;
    private const int MaxStrips = 1 << 20;

    private const ushort ImageWidth = 256;
    private const ushort ImageLength = 257;
    private const ushort StripOffsets = 273;
    private const ushort Orientation = 274;
    private const ushort SamplesPerPixel = 277;
    private const ushort StripByteCounts = 279;
    private const ushort TileOffsets = 324;
    private const ushort TileByteCounts = 325;

    /// <returns>Null when its first page is damaged or was cut off.</returns>
    public static PictureHeader? Read(ReadOnlySpan<byte> content)
    {
        var directory = Directory.Find(content);
        if (directory.Number(ImageWidth) is not (> 0 and <= int.MaxValue and var width)
            || directory.Number(ImageLength) is not (> 0 and <= int.MaxValue and var height)
            || !(HasData(directory, StripOffsets, StripByteCounts) || HasData(directory, TileOffsets, TileByteCounts)))
        {
            return null;
        }

        return new PictureHeader(PictureFormat.Tiff, width, height, GetOrientation(directory))
        {
            IsColoured = directory.Number(SamplesPerPixel) > 1,
        };
    }

    /// <summary>The orientation in EXIF data; 1, upright, when they name none.</summary>
    public static int ReadOrientation(ReadOnlySpan<byte> exif) => GetOrientation(Directory.Find(exif));

    private static int GetOrientation(Directory directory) => directory.Number(Orientation) is >= 1 and <= 8 and var value ? (int)value : 1;

    private static bool HasData(Directory directory, ushort offsets, ushort lengths)
    {
        var count = directory.Count(offsets);
        if (count is 0 or > MaxStrips || directory.Count(lengths) != count)
        {
            return false;
        }

        for (var strip = 0; strip < count; strip++)
        {
            if (directory.Number(offsets, strip) is not { } offset
                || directory.Number(lengths, strip) is not { } length
                || (ulong)offset + length > (ulong)directory.FileLength)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first directory of entries. Without entries when it is not whole.</summary>
    private readonly ref struct Directory
    {
        private readonly ReadOnlySpan<byte> file;
        private readonly ReadOnlySpan<byte> entries;
        private readonly bool isBigEndian;

        private Directory(ReadOnlySpan<byte> file, ReadOnlySpan<byte> entries, bool isBigEndian)
        {
            this.file = file;
            this.entries = entries;
            this.isBigEndian = isBigEndian;
        }

        public int FileLength => file.Length;

        public static Directory Find(ReadOnlySpan<byte> file)
        {
            if (file.Length < 8 || file is not ([(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..]))
            {
                return default;
            }

            var reader = new Directory(file, default, file[0] == 'M');
            var start = reader.Read32(file[4..]);
            if (start > file.Length - 2)
            {
                return default;
            }

            var count = reader.Read16(file[(int)start..]);
            var rest = file[((int)start + 2)..];
            return count * EntryLength <= rest.Length ? new Directory(file, rest[..(count * EntryLength)], reader.isBigEndian) : default;
        }

        /// <summary>How many numbers an entry has; 0 without the entry, or when it holds something else.</summary>
        public uint Count(ushort tag) => Find(tag) is { Length: > 0 } entry && SizeOf(entry) != 0 ? Read32(entry[4..]) : 0;

        /// <summary>A number of an entry; null when there is none.</summary>
        public uint? Number(ushort tag, int index = 0)
        {
            var entry = Find(tag);
            var size = entry.IsEmpty ? 0 : SizeOf(entry);
            if (size == 0 || index >= Read32(entry[4..]))
            {
                return null;
            }

            // Up to four bytes are in the entry itself, more elsewhere.
            var total = (ulong)size * Read32(entry[4..]);
            var start = total <= 4 ? 0UL : Read32(entry[8..]);
            var values = total <= 4 ? entry[8..] : file;
            var at = start + ((ulong)index * (ulong)size);
            if (at + (ulong)size > (ulong)values.Length)
            {
                return null;
            }

            return size == 2 ? Read16(values[(int)at..]) : Read32(values[(int)at..]);
        }

        private ReadOnlySpan<byte> Find(ushort tag)
        {
            for (var rest = entries; rest.Length >= EntryLength; rest = rest[EntryLength..])
            {
                if (Read16(rest) == tag)
                {
                    return rest[..EntryLength];
                }
            }

            return default;
        }

        /// <summary>2 for SHORT, 4 for LONG, 0 for every other type.</summary>
        private int SizeOf(ReadOnlySpan<byte> entry) => Read16(entry[2..]) switch
        {
            3 => 2,
            4 => 4,
            _ => 0,
        };

        private ushort Read16(ReadOnlySpan<byte> data) =>
            isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(data) : BinaryPrimitives.ReadUInt16LittleEndian(data);

        private uint Read32(ReadOnlySpan<byte> data) =>
            isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(data) : BinaryPrimitives.ReadUInt32LittleEndian(data);
    }
}
