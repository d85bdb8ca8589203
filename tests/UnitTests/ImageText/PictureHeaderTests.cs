using System.Buffers.Binary;
using CsCheck;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>What is known of a picture before anything decodes it. Whoever writes a document chooses every byte of it.</summary>
public sealed class PictureHeaderTests
{
    private static readonly Raster Small = Draw();

    [Test]
    public void Size_and_orientation_are_read_from_each_format([Values] PictureFormat format, [Range(1, 8)] int orientation)
    {
        var content = ToFile(format, orientation);

        var header = PictureHeader.Read(format, content);

        Assert.That(PictureHeader.Recognise(content), Is.EqualTo(format));
        Assert.That(header, Is.Not.Null);
        Assert.That((header!.Width, header.Height, header.Orientation), Is.EqualTo((23L, 17L, orientation)));
        Assert.That((header.UprightWidth, header.UprightHeight), Is.EqualTo(orientation >= 5 ? (17L, 23L) : (23L, 17L)));
    }

    [Test]
    public void A_picture_that_was_cut_off_is_none([Values] PictureFormat format)
    {
        var content = ToFile(format, orientation: 6);

        for (var length = 0; length < content.Length; length++)
        {
            Assert.That(PictureHeader.Read(format, content.AsSpan(0, length)), Is.Null, $"{length} of {content.Length} bytes");
        }
    }

    [Test]
    public void Changed_bytes_end_in_a_header_or_in_none([Values] PictureFormat format)
    {
        var content = ToFile(format, orientation: 6);

        Gen.Select(Gen.Int[0, content.Length - 1], Gen.Byte).Array[1, 20].Select(Gen.Int[0, content.Length]).Sample((changes, length) =>
        {
            var changed = content.ToArray();
            foreach (var (at, value) in changes)
            {
                changed[at] = value;
            }

            return PictureHeader.Read(format, changed.AsSpan(0, length)) is null or { Width: > 0, Height: > 0, Orientation: >= 1 and <= 8 };
        });
    }

    [Test]
    public void Any_bytes_end_in_a_header_or_in_none([Values] PictureFormat format) =>
        Gen.Byte.Array[0, 300].Sample(bytes =>
        {
            // Behind the signature, so that there is something to read.
            byte[] content = [.. ToFile(format, 1).AsSpan(0, 12), .. bytes];
            return PictureHeader.Read(format, content) is null or { Width: > 0, Height: > 0 };
        });

    [Test]
    public void The_pixels_of_a_huge_picture_are_counted_and_not_decoded()
    {
        var content = Small.ToPng();
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(16), 50_000);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(20), 50_000);

        Assert.That(PictureHeader.Read(PictureFormat.Png, content)?.Pixels, Is.EqualTo(2_500_000_000));
    }

    /// <summary>Who looks for each strip among all entries needs minutes for this file of 3 MB, and nothing can stop it.</summary>
    [Test]
    public async Task A_tiff_of_very_many_entries_and_strips_takes_no_time()
    {
        const int Entries = 65_535;
        const int Strips = 1 << 20;
        const int Values = 10 + (Entries * 12);
        var content = new byte[Values + (Strips * 2)];
        "II*\0"u8.CopyTo(content);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(4), 8);
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(8), Entries);
        (ushort Tag, uint Count, uint Value)[] last = [(256, 1, 9), (257, 1, 9), (273, Strips, Values), (279, Strips, Values)];
        foreach (var (index, (tag, count, value)) in last.Index())
        {
            var entry = content.AsSpan(10 + ((Entries - last.Length + index) * 12));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], 3);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], value);
        }

        var header = await Task.Run(() => PictureHeader.Read(PictureFormat.Tiff, content)).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That((header?.Width, header?.Height), Is.EqualTo((9, 9)));
    }

    [Test]
    public void A_jpeg_of_very_many_scans_is_none()
    {
        var content = Small.ToJpeg();
        var scan = Find(content, 0xDA);
        byte[] header = [.. content.AsSpan(scan - 1, 2 + 8)];

        byte[] bomb = [.. content.AsSpan(0, scan - 1), .. Enumerable.Repeat(header, 101).SelectMany(one => one), 0xFF, 0xD9];

        Assert.That(PictureHeader.Read(PictureFormat.Jpeg, content), Is.Not.Null);
        Assert.That(PictureHeader.Read(PictureFormat.Jpeg, bomb), Is.Null);
    }

    [TestCase("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [TestCase("%PDF-1.7 /Encrypt")]
    [TestCase("GIF89a")]
    [TestCase("/etc/passwd\n")]
    [TestCase("")]
    public void Anything_else_is_no_picture(string content) =>
        Assert.That(PictureHeader.Recognise(System.Text.Encoding.ASCII.GetBytes(content)), Is.Null);

    private static byte[] ToFile(PictureFormat format, int orientation) => format switch
    {
        PictureFormat.Png => Small.ToPng(orientation),
        PictureFormat.Jpeg => Small.ToJpeg(orientation, isColoured: true),
        PictureFormat.WebP => Small.ToWebP(orientation),
        _ => Small.ToTiff(orientation),
    };

    private static int Find(byte[] content, byte marker)
    {
        for (var at = 1; ; at++)
        {
            if (content[at - 1] == 0xFF && content[at] == marker)
            {
                return at;
            }
        }
    }

    private static Raster Draw()
    {
        var raster = new Raster(23, 17);
        for (var i = 0; i < 17; i++)
        {
            raster[i, i] = 0;
        }

        return raster;
    }
}
