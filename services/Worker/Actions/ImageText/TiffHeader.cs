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
        // Each entry is looked up once, because the file decides how many strips and entries there are.
        var starts = directory.Find(offsets);
        var sizes = directory.Find(lengths);
        if (starts.Count is 0 or > MaxStrips || sizes.Count != starts.Count)
        {
            return false;
        }

        for (var strip = 0; strip < starts.Count; strip++)
        {
            if (starts.Number(strip) is not { } offset
                || sizes.Number(strip) is not { } length
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

        /// <summary>The first number of an entry; null when there is none.</summary>
        public uint? Number(ushort tag) => Find(tag).Number(0);

        /// <summary>The entry of a tag. It takes as long as there are entries.</summary>
        public Entry Find(ushort tag)
        {
            for (var rest = entries; rest.Length >= EntryLength; rest = rest[EntryLength..])
            {
                if (Read16(rest) == tag)
                {
                    return new Entry(this, rest[..EntryLength]);
                }
            }

            return default;
        }

        public ushort Read16(ReadOnlySpan<byte> data) =>
            isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(data) : BinaryPrimitives.ReadUInt16LittleEndian(data);

        public uint Read32(ReadOnlySpan<byte> data) =>
            isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(data) : BinaryPrimitives.ReadUInt32LittleEndian(data);

        /// <summary>The numbers of an entry. Up to four bytes are in the entry itself, more elsewhere.</summary>
        public ReadOnlySpan<byte> Values(ReadOnlySpan<byte> entry, ulong length) =>
            length <= 4 ? entry[8..] : Read32(entry[8..]) is var start && start <= file.Length ? file[(int)start..] : default;
    }

    /// <summary>One entry of a directory. Without numbers when it is not there, or holds something else.</summary>
    private readonly ref struct Entry
    {
        private readonly Directory directory;
        private readonly ReadOnlySpan<byte> values;
        private readonly int size;

        public Entry(Directory directory, ReadOnlySpan<byte> entry)
        {
            this.directory = directory;

            // 3 is SHORT, 4 is LONG.
            size = directory.Read16(entry[2..]) switch
            {
                3 => 2,
                4 => 4,
                _ => 0,
            };
            Count = size == 0 ? 0 : directory.Read32(entry[4..]);
            values = directory.Values(entry, (ulong)size * Count);
        }

        /// <summary>How many numbers it has.</summary>
        public uint Count { get; }

        /// <summary>One of the numbers; null when there is none.</summary>
        public uint? Number(int index)
        {
            if (index >= Count || ((ulong)index + 1) * (ulong)size > (ulong)values.Length)
            {
                return null;
            }

            var value = values[(index * size)..];
            return size == 2 ? directory.Read16(value) : directory.Read32(value);
        }
    }
}
