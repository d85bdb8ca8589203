using System.Text;
using System.Text.Json;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Configuration;

/// <summary>
/// Converts the configuration syntax of Sync Gateway to JSON: environment variables, multi-line strings in backticks, comments.
/// </summary>
internal static class ConfigurationText
{
    /// <exception cref="FormatException">
    /// A variable is not set and has no default, a string is not terminated, or the result is not a JSON object.
    /// </exception>
    public static JsonElement Parse(string text, Func<string, string?> variable)
    {
        var json = Encoding.UTF8.GetBytes(ToJson(Expand(text, variable)));
        var scan = new GoScanner(json, CanonicalJson.MaxDepth).Scan();
        if (scan.Error is { } error)
        {
            throw new FormatException($"line {1 + json.AsSpan(0, scan.Length).Count((byte)'\n')}: not valid JSON: {error}");
        }

        // The canonical form has only valid Unicode and no duplicate names.
        var canonical = json.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? CanonicalObject.Parse(json) : null;
        using var parsed = JsonDocument.Parse(canonical?.Json ?? throw new FormatException("a configuration is an object"));
        return parsed.RootElement.Clone();
    }

    /// <summary>Replaces <c>$X</c>, <c>${X}</c> and <c>${X:-default}</c>; <c>$$</c> is a dollar sign.</summary>
    /// <exception cref="FormatException">A variable is not set and has no default.</exception>
    public static string Expand(string text, Func<string, string?> variable)
    {
        var output = new StringBuilder(text.Length);
        var missing = new List<string>();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                output.Append(text[at]);
                continue;
            }

            if (text[at + 1] == '$')
            {
                output.Append('$');
                at++;
                continue;
            }

            var braced = text[at + 1] == '{';
            var start = at + (braced ? 2 : 1);
            var end = braced ? text.IndexOf('}', start) : EndOfName(text, start);
            if (end < 0 || end == start)
            {
                output.Append('$');
                continue;
            }

            var (name, fallback) = text[start..end].Split(":-", 2) is [var first, var second] ? (first, second) : (text[start..end], null);
            if ((variable(name) ?? fallback) is { } value)
            {
                output.Append(value);
            }
            else
            {
                missing.Add(name);
            }

            at = braced ? end : end - 1;
        }

        return missing.Count == 0 ? output.ToString() : throw new FormatException(
            $"environment variable {string.Join(", ", missing.Distinct())} is not set and has no default; a plain dollar sign is written $$");
    }

    /// <summary>Removes comments and replaces strings in backticks by JSON strings. What follows keeps its line.</summary>
    /// <exception cref="FormatException">A string or a comment is not terminated.</exception>
    public static string ToJson(string text)
    {
        var output = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = (text[at], at + 1 < text.Length ? text[at + 1] : '\0') switch
            {
                ('"', _) => EndOfString(text, at),
                ('`', _) => Find(text, "`", at + 1) + 1,
                ('/', '/') => text.IndexOf('\n', at) is >= 0 and var line ? line : text.Length,
                ('/', '*') => Find(text, "*/", at + 2) + 2,
                _ => at + 1,
            };
            _ = text[at] switch
            {
                '`' =>
                    output.Append(Encoding.UTF8.GetString(new Utf8Buffer().Text(text[(at + 1)..(end - 1)].ReplaceLineEndings("\n")).Written)),
                '/' when end > at + 1 => output.Append(' '),
                _ => output.Append(text, at, end - at),
            };
            if (text[at] is '`' or '/')
            {
                output.Append('\n', text.AsSpan(at, end - at).Count('\n'));
            }

            at = end;
        }

        return output.ToString();
    }

    private static int EndOfName(string text, int start)
    {
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }

        return end;
    }

    private static int EndOfString(string text, int start)
    {
        var at = start + 1;
        while (at < text.Length && text[at] != '"')
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return at < text.Length ? at + 1 : throw new FormatException($"line {LineOf(text, start)}: a string does not end");
    }

    private static int Find(string text, string what, int from) =>
        from <= text.Length && text.IndexOf(what, from, StringComparison.Ordinal) is >= 0 and var at
            ? at
            : throw new FormatException($"line {LineOf(text, from)}: {what} is missing");

    private static int LineOf(string text, int at) => 1 + text.AsSpan(0, at).Count('\n');
}
