namespace OfflineActions.Emulators.Rest;

/// <summary>
/// The query of a URL as Go reads it: names are case-sensitive, and a pair with an invalid escape or a semicolon is ignored.
/// </summary>
internal static class QueryText
{
    /// <param name="query">The query with its question mark.</param>
    /// <param name="name">The name of a value.</param>
    /// <returns>The first value of that name; null when there is none.</returns>
    public static string? Find(string query, string name)
    {
        foreach (var range in query.AsSpan(1).Split('&'))
        {
            var pair = query.AsSpan(1)[range];
            var equals = pair.IndexOf('=') is >= 0 and var at ? at : pair.Length;
            if (!pair.Contains(';') && IsNamed(pair[..equals], name)
                && Unescape(equals < pair.Length ? pair[(equals + 1)..] : []) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static bool IsNamed(ReadOnlySpan<char> escaped, string name) =>
        escaped.SequenceEqual(name) || (escaped.Contains('%') && Unescape(escaped) == name);

    private static string? Unescape(ReadOnlySpan<char> text) => RequestTarget.Unescape(text.ToString().Replace('+', ' '));
}
