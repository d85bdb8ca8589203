using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace OfflineActions.Emulators.Json;

/// <summary>Reads and writes JSON strings like Go's encoder, which the digest of a revision id depends on.</summary>
internal static partial class GoText
{
    // U+2028 and U+2029 both begin with E2 in UTF-8.
    private static readonly SearchValues<byte> Special =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(code => (byte)code), .. "\"\\<>&"u8, 0xE2]);

    private static readonly SearchValues<char> Plain =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x60).Select(code => (char)code).Except("\"\\<>&")]);

    /// <summary>Whether a text needs no escapes in JSON.</summary>
    public static bool IsPlain(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(Plain);

    /// <summary>Writes valid UTF-8 as a JSON string with quotes.</summary>
    public static void Encode(ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        output.Append((byte)'"');
        EncodeInner(text, output);
        output.Append((byte)'"');
    }

    /// <summary>Writes UTF-8 as a JSON string with quotes; a byte that is not UTF-8 becomes <c>\ufffd</c>, in that form.</summary>
    public static void EncodeBytes(ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        output.Append((byte)'"');
        while (!Utf8.IsValid(text))
        {
            var valid = ValidLength(text);
            EncodeInner(text[..valid], output);
            output.Append("\\ufffd"u8);
            text = text[(valid + 1)..];
        }

        EncodeInner(text, output);
        output.Append((byte)'"');
    }

    private static void EncodeInner(ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        while (text.IndexOfAny(Special) is var at and >= 0)
        {
            output.Append(text[..at]);
            text = text[at..];
            text = text[Escape(text, output)..];
        }

        output.Append(text);
    }

    /// <summary>The number of bytes before the first one that is not UTF-8.</summary>
    private static int ValidLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(text[length..], out _, out var consumed) == OperationStatus.Done)
        {
            length += consumed;
        }

        return length;
    }

    /// <summary>Decodes a JSON string token and replaces invalid Unicode.</summary>
    public static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> token, bool escaped)
    {
        if (escaped)
        {
            return Unescape(token.Span);
        }

        return Utf8.IsValid(token.Span) ? token : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(token.Span));
    }

    /// <summary>
    /// A text in quotes as Go's <c>%q</c> writes it: what cannot be printed is escaped, and so is a byte that is not UTF-8
    /// (<see cref="ByteText"/>).
    /// </summary>
    public static string Quote(string text)
    {
        var output = new StringBuilder(text.Length + 2).Append('"');
        var bytes = ByteText.ToBytes(text).AsSpan();
        while (bytes.Length > 0)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            output.Append(valid ? Quote(rune) : string.Create(CultureInfo.InvariantCulture, $@"\x{bytes[0]:x2}"));
            bytes = bytes[(valid ? length : 1)..];
        }

        return output.Append('"').ToString();
    }

    private static string Quote(Rune rune)
    {
        var code = rune.Value;
        return code < 0x80 && "\a\b\f\n\r\t\v\"\\".IndexOf((char)code, StringComparison.Ordinal) is >= 0 and var at
            ? @"\" + "abfnrtv\"\\"[at]
            : code is < 0x20 or 0x7F ? string.Create(CultureInfo.InvariantCulture, $@"\x{code:x2}")
            : GoPrintable.Contains(rune) ? rune.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{(code > 0xFFFF ? $@"\U{code:x8}" : $@"\u{code:x4}")}");
    }

    /// <summary>A text as Go's <c>Sprintf</c> writes it when it is the format and nothing else is given.</summary>
    public static string Format(string text) => Verb().Replace(text, static match => match.Groups["verb"] switch
    {
        { Success: false } => "%!(NOVERB)",
        { Value: "%" } => "%",
        { Value: var verb } => $"%!{verb}(MISSING)",
    });

    [GeneratedRegex(@"%[-+# 0]*[0-9]*(?:\.[0-9]*)?(?<verb>[^\uD800-\uDFFF]|[\uD800-\uDBFF][\uDC00-\uDFFF])?", RegexOptions.Singleline)]
    private static partial Regex Verb();

    private static int Escape(ReadOnlySpan<byte> text, Utf8Buffer output)
    {
        switch (text[0])
        {
            case (byte)'"' or (byte)'\\':
                output.Append((byte)'\\').Append(text[0]);
                return 1;
            case (byte)'\n':
                output.Append("\\n"u8);
                return 1;
            case (byte)'\r':
                output.Append("\\r"u8);
                return 1;
            case (byte)'\t':
                output.Append("\\t"u8);
                return 1;
            case 0xE2:
                var separator = text.Length > 2 && text[1] == 0x80 && (text[2] & 0xFE) == 0xA8;
                output.Append(separator ? (text[2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8) : text[..1]);
                return separator ? 3 : 1;
            default:
                output.Append("\\u00"u8).Append(text[0].ToString("x2", CultureInfo.InvariantCulture));
                return 1;
        }
    }

    /// <summary>The text of a JSON string without its quotes, in UTF-8. An unpaired surrogate becomes U+FFFD, as in Go.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> token)
    {
        var text = new StringBuilder(token.Length);
        while (token.IndexOf((byte)'\\') is var at and >= 0)
        {
            text.Append(Encoding.UTF8.GetString(token[..at]));
            var code = token[at + 1];
            if (code == 'u')
            {
                text.Append((char)ushort.Parse(token.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                token = token[(at + 6)..];
                continue;
            }

            text.Append(code switch
            {
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                _ => (char)code,
            });
            token = token[(at + 2)..];
        }

        return Encoding.UTF8.GetBytes(text.Append(Encoding.UTF8.GetString(token)).ToString());
    }
}
