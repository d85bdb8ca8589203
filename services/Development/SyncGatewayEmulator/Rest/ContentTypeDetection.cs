using System.Buffers.Binary;

namespace OfflineActions.Emulators.Rest;

/// <summary>
/// The type of content that has none: the algorithm of the WHATWG, <c>mimesniff.spec.whatwg.org</c>, with the types that Go names.
/// </summary>
internal static class ContentTypeDetection
{
    private const int Examined = 512;

    private static readonly string[] Tags =
    [
        "!DOCTYPE HTML", "HTML", "HEAD", "SCRIPT", "IFRAME", "H1", "DIV", "FONT", "TABLE", "A", "STYLE", "TITLE", "B", "BODY", "BR", "P",
        "!--",
    ];

    // A dot stands for any byte.
    private static readonly (string Start, string Type)[] Starts =
    [
        ("%PDF-", "application/pdf"),
        ("%!PS-Adobe-", "application/postscript"),
        ("\u00FE\u00FF..", "text/plain; charset=utf-16be"),
        ("\u00FF\u00FE..", "text/plain; charset=utf-16le"),
        ("\u00EF\u00BB\u00BF.", "text/plain; charset=utf-8"),
        ("\0\0\u0001\0", "image/x-icon"),
        ("\0\0\u0002\0", "image/x-icon"),
        ("BM", "image/bmp"),
        ("GIF87a", "image/gif"),
        ("GIF89a", "image/gif"),
        ("RIFF....WEBPVP", "image/webp"),
        ("\u0089PNG\r\n\u001A\n", "image/png"),
        ("\u00FF\u00D8\u00FF", "image/jpeg"),
        ("FORM....AIFF", "audio/aiff"),
        ("ID3", "audio/mpeg"),
        ("OggS\0", "application/ogg"),
        ("MThd\0\0\0\u0006", "audio/midi"),
        ("RIFF....AVI ", "video/avi"),
        ("RIFF....WAVE", "audio/wave"),
        ("\u001AE\u00DF\u00A3", "video/webm"),
        (new string('.', 34) + "LP", "application/vnd.ms-fontobject"),
        ("\0\u0001\0\0", "font/ttf"),
        ("OTTO", "font/otf"),
        ("ttcf", "font/collection"),
        ("wOFF", "font/woff"),
        ("wOF2", "font/woff2"),
        ("\u001F\u008B\b", "application/x-gzip"),
        ("PK\u0003\u0004", "application/zip"),
        ("Rar!\u001A\a\0", "application/x-rar-compressed"),
        ("Rar!\u001A\a\u0001\0", "application/x-rar-compressed"),
        ("\0asm", "application/wasm"),
    ];

    /// <param name="content">The start of the content; 512 bytes suffice.</param>
    /// <returns>The media type; <c>application/octet-stream</c> when none fits.</returns>
    public static string Detect(ReadOnlySpan<byte> content)
    {
        content = content[..Math.Min(content.Length, Examined)];
        var text = content.TrimStart("\t\n\f\r "u8);
        return IsPage(text) ? "text/html; charset=utf-8"
            : text.StartsWith("<?xml"u8) ? "text/xml; charset=utf-8"
            : Known(content) ?? (IsText(text) ? "text/plain; charset=utf-8" : "application/octet-stream");
    }

    private static bool IsPage(ReadOnlySpan<byte> text)
    {
        foreach (var tag in Tags)
        {
            if (text.Length > tag.Length + 1 && text[0] == '<' && text[tag.Length + 1] is (byte)' ' or (byte)'>'
                && System.Text.Ascii.EqualsIgnoreCase(text.Slice(1, tag.Length), tag))
            {
                return true;
            }
        }

        return false;
    }

    private static string? Known(ReadOnlySpan<byte> content)
    {
        foreach (var (start, type) in Starts)
        {
            // In the order of the specification, MPEG-4 comes before WebM.
            if (type == "video/webm" && IsMpeg4(content))
            {
                return "video/mp4";
            }

            if (Begins(content, start))
            {
                return type;
            }
        }

        return null;
    }

    private static bool Begins(ReadOnlySpan<byte> content, string start)
    {
        if (content.Length < start.Length)
        {
            return false;
        }

        for (var i = 0; i < start.Length; i++)
        {
            if (start[i] != '.' && start[i] != content[i])
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsMpeg4(ReadOnlySpan<byte> content)
    {
        if (content.Length < 12 || !content[4..8].SequenceEqual("ftyp"u8))
        {
            return false;
        }

        var box = BinaryPrimitives.ReadUInt32BigEndian(content);
        for (var at = 8; box % 4 == 0 && box <= content.Length && at < box; at += 4)
        {
            // At 12 is the version of the first brand.
            if (at != 12 && content.Slice(at, 3).SequenceEqual("mp4"u8))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(ReadOnlySpan<byte> text)
    {
        foreach (var one in text)
        {
            if (one is <= 0x08 or 0x0B or (>= 0x0E and <= 0x1A) or (>= 0x1C and <= 0x1F))
            {
                return false;
            }
        }

        return true;
    }
}
