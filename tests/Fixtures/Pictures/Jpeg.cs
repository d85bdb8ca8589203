using BitMiracle.LibJpeg.Classic;

namespace OfflineActions.Tests.Pictures;

/// <summary>Writes JPEGs.</summary>
internal static class Jpeg
{
    /// <summary>A JPEG.</summary>
    /// <param name="raster">The picture.</param>
    /// <param name="orientation">What its EXIF data say; without them when it is 1.</param>
    /// <param name="isColoured">Whether it has three colours a pixel.</param>
    /// <param name="isProgressive">Whether it is sent in steps.</param>
    public static byte[] ToJpeg(this Raster raster, int orientation = 1, bool isColoured = false, bool isProgressive = false)
    {
        var target = new MemoryStream();
        var jpeg = new jpeg_compress_struct(new jpeg_error_mgr())
        {
            Image_width = raster.Width,
            Image_height = raster.Height,
            Input_components = isColoured ? 3 : 1,
            In_color_space = isColoured ? J_COLOR_SPACE.JCS_RGB : J_COLOR_SPACE.JCS_GRAYSCALE,
        };
        jpeg.jpeg_stdio_dest(target);
        jpeg.jpeg_set_defaults();
        jpeg.jpeg_set_quality(90, true);
        if (isProgressive)
        {
            jpeg.jpeg_simple_progression();
        }

        jpeg.jpeg_start_compress(true);
        if (orientation != 1)
        {
            jpeg.jpeg_write_marker(0xE1, [.. "Exif\0\0"u8, .. Picture.Exif(orientation)]);
        }

        for (var y = 0; y < raster.Height; y++)
        {
            var row = raster.Pixels.AsSpan(y * raster.Width, raster.Width).ToArray();
            jpeg.jpeg_write_scanlines([isColoured ? [.. row.SelectMany(grey => new[] { grey, grey, grey })] : row], 1);
        }

        jpeg.jpeg_finish_compress();
        return target.ToArray();
    }
}
