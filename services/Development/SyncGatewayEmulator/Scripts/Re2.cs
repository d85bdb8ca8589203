using System.Globalization;

namespace OfflineActions.Emulators.Scripts;

/// <summary>The regular expressions of JavaScript that otto refuses, because it runs them with RE2.</summary>
internal static class Re2
{
    private const int MostRepetitions = 1000;

    /// <summary>Why a pattern is refused; null when RE2 takes it.</summary>
    public static string? Refusal(string pattern)
    {
        var inClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var rest = pattern.AsSpan(at);
            if (rest is ['\\', >= '1' and <= '9', ..])
            {
                return $@"re2: Invalid \{rest[1]} <backreference>";
            }

            if (inClass && rest is ['-', '\\', 'd' or 'D' or 's' or 'S' or 'w' or 'W', ..] && pattern[at - 1] != '[')
            {
                return $"invalid escape sequence: `{rest[1..3]}`";
            }

            switch (pattern[at])
            {
                case '\\':
                    at++;
                    break;
                case ']':
                    inClass = false;
                    break;
                case '[' when !inClass:
                    if (rest is ['[', ']', ..] or ['[', '^', ']', ..] && rest[(rest.IndexOf(']') + 1)..].IndexOf(']') < 0)
                    {
                        return $"missing closing ]: `{rest}`";
                    }

                    inClass = true;
                    break;
                case '(' when !inClass && rest is ['(', '?', '=' or '!', ..]:
                    return $"re2: Invalid (?{rest[2]}) <lookahead>";
                case '(' when !inClass && rest is ['(', '?', '<', ..]:
                    return "invalid or unsupported Perl syntax: `(?<`";
                case '{' when !inClass && Repetitions(rest) > MostRepetitions:
                    return $"invalid repeat count: `{rest[..(rest.IndexOf('}') + 1)]}`";
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>The larger number in <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c>; 0 for other texts.</summary>
    private static int Repetitions(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('}');
        if (end < 0)
        {
            return 0;
        }

        var most = 0;
        foreach (var part in text[1..end].Split(','))
        {
            var digits = text[1..end][part];
            if (digits.Length > 0 && !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return digits.ContainsAnyExceptInRange('0', '9') ? 0 : int.MaxValue;
            }
            else if (digits.Length > 0)
            {
                most = Math.Max(most, int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }

        return most;
    }
}
