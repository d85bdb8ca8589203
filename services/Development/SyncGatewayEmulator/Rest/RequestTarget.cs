using System.Text;
using System.Text.RegularExpressions;

namespace OfflineActions.Emulators.Rest;

/// <summary>The raw request target. Sync Gateway unescapes paths twice, which clients can observe.</summary>
/// <param name="Segments">The path segments as routes match them; they are to be unescaped once more.</param>
internal sealed partial record RequestTarget(IReadOnlyList<string> Segments)
{
    /// <returns>Null when the target is invalid.</returns>
    public static RequestTarget? Parse(string raw)
    {
        var path = raw.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? raw[..query] : raw;
        if (path.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var slash = path.IndexOf('/', scheme + 3);
            path = slash < 0 ? "/" : path[slash..];
        }

        if (!path.StartsWith('/'))
        {
            return null;
        }

        // With an escaped slash, Sync Gateway skips the first unescaping.
        if (!(raw.Contains("%2f", StringComparison.OrdinalIgnoreCase) && EscapedSlash().IsMatch(raw)))
        {
            if (Unescape(path) is not { } once)
            {
                return null;
            }

            path = once;
        }

        return new(path[1..].Split('/'));
    }

    /// <summary>Unescapes a segment; empty when its escapes are invalid.</summary>
    public static string Decode(string segment) => Unescape(segment) ?? "";

    // Sync Gateway searches the whole request target, including the query.
    [GeneratedRegex("/[^_/][^/]*/([^_]|_user/).*%2[fF]")]
    private static partial Regex EscapedSlash();

    private static string? Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%')
            {
                bytes[length++] = bytes[i];
                continue;
            }

            if (i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                return null;
            }

            bytes[length++] = (byte)((Digit(bytes[i + 1]) << 4) | Digit(bytes[i + 2]));
            i += 2;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static int Digit(byte hex) => char.IsAsciiDigit((char)hex) ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
