using System.Globalization;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Every way in which reading a picture fails: a code for programs, and a sentence for the user of the app.</summary>
internal static class ImageTextFailures
{
    private const int MaxName = 100;

    private const string InvalidNameCode = "image_name_invalid";
    private const string MissingCode = "image_missing";
    private const string AmbiguousCode = "image_ambiguous";
    private const string EmptyCode = "image_empty";
    private const string TooLargeCode = "image_too_large";
    private const string UnsupportedCode = "image_unsupported";
    private const string DamagedCode = "image_damaged";
    private const string TooManyPixelsCode = "image_too_many_pixels";
    private const string InvalidLanguagesCode = "image_languages_invalid";
    private const string OrientationCode = "image_orientation_unsupported";
    private const string TooMuchTextCode = "image_text_too_long";
    private const string TimedOutCode = "image_engine_timed_out";
    private const string EngineFailedCode = "image_engine_failed";

    /// <summary>All codes.</summary>
    public static IReadOnlyCollection<string> Codes { get; } =
    [
        InvalidNameCode, MissingCode, AmbiguousCode, EmptyCode, TooLargeCode, UnsupportedCode, DamagedCode, TooManyPixelsCode,
        InvalidLanguagesCode, OrientationCode, TooMuchTextCode, TimedOutCode, EngineFailedCode,
    ];

    public static ActionResult InvalidName() => Permanent(InvalidNameCode, $"image must be the name of an attachment.");

    public static ActionResult Missing(string name) => Permanent(MissingCode, $"The document has no attachment {Shorten(name)}.");

    public static ActionResult NoPicture() => Permanent(MissingCode, $"The document has no picture attached.");

    public static ActionResult Ambiguous(int count) =>
        Permanent(AmbiguousCode, $"The document has {count} pictures attached: image must name one of them.");

    public static ActionResult Empty(string name) => Permanent(EmptyCode, $"The picture {Shorten(name)} has 0 bytes.");

    public static ActionResult TooLarge(string name, int maxBytes) =>
        Permanent(TooLargeCode, $"The picture {Shorten(name)} has more than {maxBytes} bytes.");

    public static ActionResult Damaged(string name) => Permanent(DamagedCode, $"The picture {Shorten(name)} is damaged or incomplete.");

    public static ActionResult TooManyPixels(string name, PictureHeader header, long maxPixels) => Permanent(
        TooManyPixelsCode, $"The picture {Shorten(name)} has {header.Width} x {header.Height} pixels. Up to {maxPixels} pixels can be read.");

    public static ActionResult TooLong(string name, PictureHeader header, int maxSide) => Permanent(
        TooManyPixelsCode, $"The picture {Shorten(name)} has {header.Width} x {header.Height} pixels. A side may have up to {maxSide}.");

    public static ActionResult InvalidLanguages(IReadOnlyList<string> allowed) => Permanent(
        InvalidLanguagesCode, $"languages must be a list of one or more of: {string.Join(", ", allowed)}.");

    public static ActionResult UnsupportedOrientation(string name, int orientation) => Permanent(
        OrientationCode, $"The picture {Shorten(name)} must be turned to be upright (EXIF orientation {orientation}). Save it upright, or as a JPEG.");

    public static ActionResult TooMuchText(string name) => Permanent(TooMuchTextCode, $"The picture {Shorten(name)} has too much text.");

    public static ActionResult Unsupported(string name, ReadOnlySpan<byte> content)
    {
        var kind = content switch
        {
            _ when content.StartsWith("%PDF"u8) => "a PDF",
            _ when content.StartsWith("GIF8"u8) => "a GIF",
            _ when content.StartsWith("BM"u8) => "a BMP",
            _ when content.StartsWith("RIFF"u8) && content.Length > 12 && content[8..12].SequenceEqual("WEBP"u8) => "an animation",
            _ when content is [(byte)'I', (byte)'I', 43, 0, ..] or [(byte)'M', (byte)'M', 0, 43, ..] => "a BigTIFF",
            _ when content.Length > 12 && content[4..8].SequenceEqual("ftyp"u8) => "a HEIC, AVIF or video",
            _ when content[..Math.Min(content.Length, 1_024)].IndexOf("<svg"u8) >= 0 => "an SVG",
            _ => "something else",
        };
        return Permanent(UnsupportedCode, $"The picture must be a PNG, JPEG, WebP or TIFF. {Shorten(name)} is {kind}.");
    }

    public static ActionResult TimedOut(TimeSpan limit) =>
        new ActionResult.TransientFailure(TimedOutCode, Text($"Reading the picture took longer than {limit.TotalSeconds} s."), IsOutage: false);

    public static ActionResult EngineFailed() =>
        new ActionResult.TransientFailure(EngineFailedCode, "The text recognition failed. Please try again later.", IsOutage: false);

    /// <summary>A name as it is told. Any app user chooses it.</summary>
    public static string Shorten(string name) => name.Length <= MaxName ? name : string.Concat(name.EnumerateRunes().Take(MaxName)) + "…";

    private static ActionResult.PermanentFailure Permanent(string code, FormattableString message) => new(code, Text(message));

    private static string Text(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);
}
