using System.Text;

namespace OfflineActions.WebClient;

/// <summary>The address in Sync Gateway for a request to <c>/db</c>. It never leaves the database.</summary>
internal static class DatabaseTarget
{
    private const string Database = "db";

    // Sync Gateway decodes a path twice; one level more is refused, too.
    private const int DecodingLevels = 3;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="prefix">Sync Gateway's address.</param>
    /// <param name="rawTarget">The target as the client sent it. A decoded path would change the document id 50%41 to 50A.</param>
    /// <returns>Null if the target is invalid or could mean something outside the database.</returns>
    public static Uri? Create(string prefix, string rawTarget)
    {
        var (path, query) = Split(rawTarget);
        if (path.Split('/') is not ["", Database, .. var segments])
        {
            return null;
        }

        var built = new StringBuilder(new Uri(prefix).AbsoluteUri.TrimEnd('/')).Append('/').Append(Database);
        for (var i = 0; i < segments.Length; i++)
        {
            var isLast = i == segments.Length - 1;
            if ((segments[i].Length == 0 && !isLast) || Decode(segments[i]) is not { } segment || CanLeave(segment))
            {
                return null;
            }

            built.Append('/').Append(Uri.EscapeDataString(segment));
        }

        // Uri folds some spellings of a path. A path that it changes is not the one that was checked.
        var target = new Uri(built.ToString());
        return target.AbsoluteUri == built.ToString() ? new Uri(target.AbsoluteUri + query) : null;
    }

    // The target may be in absolute form: http://host/db/.
    private static (string Path, string Query) Split(string rawTarget)
    {
        var end = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = end < 0 ? (rawTarget, "") : (rawTarget[..end], rawTarget[end..]);
        if (!path.StartsWith('/') && path.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme)
        {
            var slash = path.IndexOf('/', scheme + 3);
            path = slash < 0 ? "/" : path[slash..];
        }

        return (path, query);
    }

    /// <summary>Whether a segment, decoded once more or read with other separators, contains a step to this or the parent folder.</summary>
    private static bool CanLeave(string segment)
    {
        for (var level = 1; level <= DecodingLevels; level++)
        {
            if (segment.Split('/', '\\').Any(part => part.Split(';')[0] is "." or ".."))
            {
                return true;
            }

            if (Decode(segment) is not { } decoded || decoded == segment)
            {
                return false;
            }

            segment = decoded;
        }

        return false;
    }

    /// <returns>Null if an escape is incomplete, or the bytes are not UTF-8.</returns>
    private static string? Decode(string segment)
    {
        var bytes = new List<byte>(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                var rune = Rune.GetRuneAt(segment, i);
                bytes.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                i += rune.Utf16SequenceLength - 1;
            }
            else if (i + 2 < segment.Length && char.IsAsciiHexDigit(segment[i + 1]) && char.IsAsciiHexDigit(segment[i + 2]))
            {
                bytes.Add(Convert.ToByte(segment.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            return StrictUtf8.GetString([.. bytes]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
