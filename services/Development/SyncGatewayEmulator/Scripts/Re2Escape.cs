using System.Globalization;

namespace OfflineActions.Emulators.Scripts;

/// <summary>The escapes of JavaScript in a regular expression, as otto hands them to RE2.</summary>
internal static class Re2Escape
{
    /// <summary>The character at a backslash, which is not the begin of a class; moves behind it.</summary>
    public static char Character(string pattern, ref int at)
    {
        var rest = pattern.AsSpan(at + 1);
        if (rest.IsEmpty)
        {
            throw new Re2Exception("trailing backslash at end of expression: ``");
        }

        if (rest[0] is >= '0' and <= '7')
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '7') is >= 0 and var end ? rest[..end] : rest;
            at += 1 + digits.Length;
            return (char)digits.ToString().Aggregate(0, (value, digit) => (value * 8) + digit - '0');
        }

        var length = rest[0] == 'x' ? 2 : rest[0] == 'u' ? 4 : 0;
        if (length > 0 && rest.Length > length
            && ushort.TryParse(rest.Slice(1, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            at += 2 + length;
            return (char)code;
        }

        if (rest is ['c', var letter, ..])
        {
            // Without a letter, only the backslash is left out.
            at += char.IsAsciiLetter(letter) ? 3 : 2;
            return char.IsAsciiLetter(letter) ? (char)(letter & 0x1F) : 'c';
        }

        at += 2;
        return rest[0] switch
        {
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            var other => other,
        };
    }

    /// <summary>The character here in a class; moves behind it.</summary>
    /// <exception cref="Re2Exception">It is a class, which cannot end a range.</exception>
    public static char ClassCharacter(string pattern, ref int at)
    {
        var rest = pattern.AsSpan(at);
        if (rest is ['\\', 'b', ..])
        {
            at += 2;
            return '\b';
        }

        if (rest is ['\\', 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'B', ..])
        {
            throw new Re2Exception($"invalid escape sequence: `{rest[..2]}`");
        }

        return rest is ['\\', ..] ? Character(pattern, ref at) : pattern[at++];
    }
}
