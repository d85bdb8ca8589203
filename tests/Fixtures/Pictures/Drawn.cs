using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.Pictures;

/// <summary>Pictures of a few words, in each format.</summary>
internal static class Drawn
{
    /// <summary>The words, when a test names none.</summary>
    public const string Words = "Some words to read";

    /// <summary>A picture that is stored as its orientation says, and so is upright for whoever honours that.</summary>
    public static byte[] Picture(PictureFormat format, int orientation = 1, string text = Words, bool isColoured = false)
    {
        var stored = Font.Get().Draw(text).Store(orientation);
        return format switch
        {
            PictureFormat.Png => stored.ToPng(orientation),
            PictureFormat.Jpeg => stored.ToJpeg(orientation, isColoured),
            PictureFormat.WebP => stored.ToWebP(orientation),
            PictureFormat.Tiff => stored.ToTiff(orientation, isColoured),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }
}
