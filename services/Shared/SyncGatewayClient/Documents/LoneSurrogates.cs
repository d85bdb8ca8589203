using System.Buffers.Text;

namespace OfflineActions.SyncGateway;

/// <summary>Half of a surrogate pair, escaped as in <c>"\ud800"</c>. JSON's grammar allows it; no Unicode text can hold it.</summary>
internal static class LoneSurrogates
{
    /// <summary>
    /// Replaces each with U+FFFD, in place. Escapes occur only in strings, and both escapes have six bytes, so this needs no parser.
    /// </summary>
    public static void Replace(Span<byte> json)
    {
        for (var at = json.IndexOf((byte)'\\'); at >= 0 && at < json.Length; at = Next(json, at))
        {
            var first = CodeUnit(json[at..]);

            if (first is { } high && char.IsHighSurrogate(high)
                && json.Length > at + 6 && CodeUnit(json[(at + 6)..]) is { } low && char.IsLowSurrogate(low))
            {
                at += 6;
            }
            else if (first is { } alone && char.IsSurrogate(alone))
            {
                "\\uFFFD"u8.CopyTo(json[at..]);
            }
        }
    }

    private static int Next(ReadOnlySpan<byte> json, int at)
    {
        // Past the escaped character too: it may be a backslash.
        var from = at + 2;
        var found = from < json.Length ? json[from..].IndexOf((byte)'\\') : -1;
        return found < 0 ? -1 : from + found;
    }

    private static char? CodeUnit(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u'
        && Utf8Parser.TryParse(json[2..6], out ushort unit, out var read, 'x') && read == 4
            ? (char)unit
            : null;
}
