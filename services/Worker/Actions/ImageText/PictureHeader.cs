namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>A kind of picture that can be read.</summary>
public enum PictureFormat
{
    /// <summary>PNG.</summary>
    Png,

    /// <summary>JPEG.</summary>
    Jpeg,

    /// <summary>WebP.</summary>
    WebP,

    /// <summary>TIFF; its first page is read.</summary>
    Tiff,
}

/// <summary>What the header of a picture says.</summary>
/// <param name="Format">Its kind.</param>
/// <param name="Width">The width as it is stored, in pixels.</param>
/// <param name="Height">The height as it is stored, in pixels.</param>
/// <param name="Orientation">How to turn it upright, from 1 (it is) to 8: the tag of EXIF and TIFF.</param>
internal sealed record PictureHeader(PictureFormat Format, long Width, long Height, int Orientation)
{
    private const int Sideways = 5;
    private const byte AnimationFlag = 2;

    /// <summary>What one channel of a pixel takes in a JPEG that comes in steps, until the last of them has been read, in bytes.</summary>
    private const int StoredBytes = 3;

    /// <summary>Whether each pixel of a TIFF has more than one number.</summary>
    public bool IsColoured { get; init; }

    /// <summary>How many channels of a JPEG have to be in memory as a whole; 0 when it can be decoded row by row.</summary>
    public int StoredChannels { get; init; }

    /// <summary>About how much memory turning it takes, in bytes: the picture in grey, and what is stored until then.</summary>
    public long TurningBytes => Pixels * (1 + (StoredBytes * StoredChannels));

    /// <summary>The number of pixels to decode.</summary>
    public long Pixels => Width * Height;

    /// <summary>The width of the upright picture.</summary>
    public long UprightWidth => Orientation >= Sideways ? Height : Width;

    /// <summary>The height of the upright picture.</summary>
    public long UprightHeight => Orientation >= Sideways ? Width : Height;

    /// <summary>
    /// Reads the header, and follows the structure to the end of the picture, without decoding anything. So a picture that was cut off is
    /// found here: decoders fill what is missing with grey.
    /// </summary>
    /// <returns>The header; null when <paramref name="content"/> is damaged, was cut off, or is no picture of this format.</returns>
    public static PictureHeader? Read(PictureFormat format, ReadOnlySpan<byte> content) => format switch
    {
        PictureFormat.Png => PngHeader.Read(content),
        PictureFormat.Jpeg => JpegHeader.Read(content),
        PictureFormat.WebP => WebPHeader.Read(content),
        PictureFormat.Tiff => TiffHeader.Read(content),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>
    /// Which format begins like this; null when none does, and for a WebP that says that it is an animation. These are also the signatures
    /// by which Leptonica decides.
    /// </summary>
    public static PictureFormat? Recognise(ReadOnlySpan<byte> content) => content switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PictureFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => PictureFormat.Jpeg,
        [(byte)'R', (byte)'I', _, _, _, _, _, _, _, _, _, _, (byte)'V', (byte)'P', (byte)'8', (byte)'X', _, _, _, _, var flags, ..]
            when (flags & AnimationFlag) != 0 => null,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormat.WebP,
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => PictureFormat.Tiff,
        _ => null,
    };
}
