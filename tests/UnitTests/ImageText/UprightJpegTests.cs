using CsCheck;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>Turning a JPEG upright. Whoever writes a document chooses every byte of it.</summary>
public sealed class UprightJpegTests
{
    private static readonly Raster Upright = Draw();

    [Test]
    public void Every_pixel_comes_to_its_place([Range(1, 8)] int orientation, [Values] bool isColoured, [Values] bool isProgressive)
    {
        var jpeg = Upright.Store(orientation).ToJpeg(orientation, isColoured, isProgressive);

        var picture = UprightJpeg.Turn(jpeg, PictureHeader.Read(PictureFormat.Jpeg, jpeg)!, CancellationToken.None)!;

        var start = "P5\n40 24\n255\n"u8;
        Assert.That(picture.AsSpan(0, start.Length).SequenceEqual(start), Is.True);
        Assert.That(picture, Has.Length.EqualTo(start.Length + Upright.Pixels.Length));
        var largest = picture.Skip(start.Length).Zip(Upright.Pixels, (one, other) => Math.Abs(one - other)).Max();
        Assert.That(largest, Is.LessThan(40), "of 255: what is lost by compression");
    }

    [Test]
    public void Changed_bytes_end_in_a_picture_or_in_none([Values] bool isProgressive)
    {
        var jpeg = Upright.Store(6).ToJpeg(6, isColoured: true, isProgressive);

        Gen.Select(Gen.Int[2, jpeg.Length - 1], Gen.Byte).Array[1, 10].Sample(changes =>
        {
            var changed = jpeg.ToArray();
            foreach (var (at, value) in changes)
            {
                changed[at] = value;
            }

            return PictureHeader.Read(PictureFormat.Jpeg, changed) is not { Pixels: <= 1_000_000 } header
                || UprightJpeg.Turn(changed, header, CancellationToken.None) is null or { Length: > 0 };
        });
    }

    [Test]
    public void It_stops_when_the_worker_does()
    {
        var jpeg = Upright.ToJpeg(6);

        Assert.That(
            () => UprightJpeg.Turn(jpeg, PictureHeader.Read(PictureFormat.Jpeg, jpeg)!, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(false, false, 0)]
    [TestCase(true, false, 0)]
    [TestCase(false, true, 1)]
    [TestCase(true, true, 3)]
    public void What_it_takes_to_turn_one_is_known_before(bool isColoured, bool isProgressive, int stored)
    {
        var header = PictureHeader.Read(PictureFormat.Jpeg, Upright.ToJpeg(6, isColoured, isProgressive))!;

        Assert.That(header.StoredChannels, Is.EqualTo(stored));
        Assert.That(header.TurningBytes, Is.EqualTo(40 * 24 * (1 + (3 * stored))));
    }

    /// <summary>The decoder keeps all channels until each has had its scan, which may never come.</summary>
    [Test]
    public void One_whose_first_scan_lacks_a_channel_is_stored_whole()
    {
        var jpeg = Upright.ToJpeg(6, isColoured: true);
        var scan = jpeg.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA]);
        byte[] lacking = [.. jpeg.AsSpan(0, scan), 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0xD9];

        Assert.That(PictureHeader.Read(PictureFormat.Jpeg, lacking)!.StoredChannels, Is.EqualTo(3));
    }

    [Test]
    public async Task Large_ones_take_turns_and_small_ones_do_not_wait()
    {
        using var pictures = new LargePictures(smallest: 10);
        using var stop = new CancellationTokenSource();
        var first = pictures.Enter(10, CancellationToken.None);
        var second = Task.Run(() => pictures.Enter(1_000, CancellationToken.None));
        var third = Task.Run(() => pictures.Enter(10, stop.Token));

        Assert.That(pictures.Enter(9, CancellationToken.None), Is.Null);
        await stop.CancelAsync();
        Assert.That(async () => await third.WaitAsync(TimeSpan.FromSeconds(30)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(second.IsCompleted, Is.False);
        first!.Dispose();
        (await second.WaitAsync(TimeSpan.FromSeconds(30)))!.Dispose();
    }

    /// <summary>Smooth, so that compression changes little, and different in every corner.</summary>
    private static Raster Draw()
    {
        var raster = new Raster(40, 24);
        for (var y = 0; y < raster.Height; y++)
        {
            for (var x = 0; x < raster.Width; x++)
            {
                raster[x, y] = (byte)((x * 4) + (y * 3));
            }
        }

        return raster;
    }
}
