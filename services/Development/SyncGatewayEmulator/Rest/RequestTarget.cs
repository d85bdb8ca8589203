using System.Text.RegularExpressions;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The raw request target. Sync Gateway unescapes paths twice, which clients can observe.</summary>
/// <param name="Origin">Scheme and host of an absolute target; empty otherwise.</param>
/// <param name="Path">The path as routes match it; its segments are to be unescaped once more.</param>
/// <param name="Query">The query as sent, with its question mark; empty without one.</param>
internal sealed partial record RequestTarget(string Origin, string Path, string Query)
{
    // What Go's net/url leaves unescaped in a path.
    private const string Unescaped = "-_.~$&+,/:;=@";

    public IReadOnlyList<string> Segments => Path[1..].Split('/');

    /// <summary>Whether <see cref="Clean"/> would change nothing.</summary>
    public bool IsClean =>
        !(Path.Contains("//", StringComparison.Ordinal) || Path.Contains("/.", StringComparison.Ordinal)) || Clean() == Path;

    /// <returns>Null when the target is invalid.</returns>
    public static RequestTarget? Parse(string raw)
    {
        var end = raw.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? query : raw.Length;
        var (origin, path) = ("", raw[..end]);
        if (path.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var slash = path.IndexOf('/', scheme + 3);
            (origin, path) = slash < 0 ? (path, "/") : (path[..slash], path[slash..]);
        }

        if (!path.StartsWith('/') || Unescape(path) is not { } once)
        {
            return null;
        }

        // With an escaped slash, Sync Gateway skips the first unescaping.
        var keeps = raw.Contains('%', StringComparison.Ordinal)
            && raw.Contains("%2f", StringComparison.OrdinalIgnoreCase)
            && EscapedSlash().IsMatch(raw);
        return new(origin, keeps ? path : once, raw[end..]);
    }

    /// <summary>Unescapes a segment; empty when its escapes are invalid.</summary>
    public static string Decode(string segment) => Unescape(segment) ?? "";

    /// <summary>Unescapes percent escapes; null when one is invalid. Bytes that are not UTF-8 are kept (<see cref="ByteText"/>).</summary>
    public static string? Unescape(string text)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var bytes = ByteText.ToBytes(text);
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

        return ByteText.FromBytes(bytes.AsSpan(0, length));
    }

    /// <summary>The path without empty segments, <c>.</c> and <c>..</c>; a slash at its end is kept.</summary>
    public string Clean()
    {
        var kept = new List<string>();
        foreach (var segment in Segments)
        {
            switch (segment)
            {
                case "" or ".":
                    break;
                case "..":
                    kept.RemoveRange(Math.Max(kept.Count - 1, 0), Math.Min(kept.Count, 1));
                    break;
                default:
                    kept.Add(segment);
                    break;
            }
        }

        return "/" + string.Join('/', kept) + (kept.Count > 0 && Path.EndsWith('/') ? "/" : "");
    }

    /// <summary>The URL of another path with the same query, escaped as Go does.</summary>
    public string LocationOf(string path)
    {
        var escaped = new System.Text.StringBuilder(Origin);
        foreach (var one in ByteText.ToBytes(path))
        {
            _ = char.IsAsciiLetterOrDigit((char)one) || Unescaped.Contains((char)one, StringComparison.Ordinal)
                ? escaped.Append((char)one)
                : escaped.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.Append(Query).ToString();
    }

    // Sync Gateway searches the whole request target, including the query.
    [GeneratedRegex("/[^_/][^/]*/([^_]|_user/).*%2[fF]")]
    private static partial Regex EscapedSlash();

    private static int Digit(byte hex) => char.IsAsciiDigit((char)hex) ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
