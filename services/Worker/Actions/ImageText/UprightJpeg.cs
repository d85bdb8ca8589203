using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BitMiracle.LibJpeg.Classic;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>
/// Turns a JPEG upright. Tesseract ignores the orientation in EXIF data, and what Leptonica makes of it in a TIFF is wrong for some.
/// </summary>
internal static class UprightJpeg
{
    private const int MaxChannels = 4;

    private static readonly LargePictures Large = new(smallest: 64L << 20);

    /// <summary>The picture, turned, in grey: a PNM without compression.</summary>
    /// <param name="jpeg">The picture.</param>
    /// <param name="header">Its header.</param>
    /// <param name="cancellationToken">Stops decoding it, and waiting for other large ones.</param>
    /// <returns>Null when it cannot be decoded.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public static byte[]? Turn(ReadOnlyMemory<byte> jpeg, PictureHeader header, CancellationToken cancellationToken)
    {
        using var turn = Large.Enter(header.TurningBytes, cancellationToken);
        try
        {
            return Decode(jpeg, header, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The decoder throws exceptions of the type Exception itself, and others at data that make no sense.
            return null;
        }
    }

    private static byte[]? Decode(ReadOnlyMemory<byte> jpeg, PictureHeader header, CancellationToken cancellationToken)
    {
        var decoder = new jpeg_decompress_struct(new Silent()) { Progress = new jpeg_progress_mgr() };
        decoder.Progress.OnProgress += (_, _) => cancellationToken.ThrowIfCancellationRequested();
        decoder.jpeg_stdio_src(ToStream(jpeg));
        decoder.jpeg_read_header(true);
        if (decoder.Image_width != header.Width || decoder.Image_height != header.Height || decoder.Num_components > MaxChannels)
        {
            return null;
        }

        // The brightness is stored on its own in nearly all. Of every other kind, the first channel shows text well enough, too.
        var isBrightness = decoder.Jpeg_color_space is J_COLOR_SPACE.JCS_YCbCr or J_COLOR_SPACE.JCS_GRAYSCALE;
        if (isBrightness)
        {
            decoder.Out_color_space = J_COLOR_SPACE.JCS_GRAYSCALE;
        }

        decoder.jpeg_start_decompress();
        var (width, height) = ((int)header.UprightWidth, (int)header.UprightHeight);
        var start = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P5\n{width} {height}\n255\n"));
        var picture = new byte[start.Length + (width * height)];
        start.CopyTo(picture, 0);
        var pixels = picture.AsSpan(start.Length);
        var channels = decoder.Output_components;
        var row = jpeg_common_struct.AllocJpegSamples(decoder.Output_width * channels, 1);
        for (var y = 0; y < header.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            decoder.jpeg_read_scanlines(row, 1);
            var (to, step) = Place(header.Orientation, y, width, height);
            for (var x = 0; x < header.Width; x++, to += step)
            {
                pixels[to] = row[0][x * channels];
            }
        }

        return picture;
    }

    /// <summary>Where the first pixel of a stored row belongs in the upright picture, and how far it is to the next one.</summary>
    private static (int First, int Step) Place(int orientation, int y, int width, int height) => orientation switch
    {
        2 => ((y * width) + width - 1, -1),
        3 => (((height - 1 - y) * width) + width - 1, -1),
        4 => ((height - 1 - y) * width, 1),
        5 => (y, width),
        6 => (width - 1 - y, width),
        7 => (((height - 1) * width) + width - 1 - y, -width),
        8 => (((height - 1) * width) + y, -width),
        _ => (y * width, 1),
    };

    private static MemoryStream ToStream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    /// <summary>Writes no warnings about a picture to the console.</summary>
    private sealed class Silent : jpeg_error_mgr
    {
        public override void output_message()
        {
        }
    }
}
