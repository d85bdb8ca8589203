using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace OfflineActions.Emulators.Scripts;

/// <summary>
/// Translates a regular expression of RE2, after otto's changes to it, to JavaScript: flags in the pattern, names of groups, classes of POSIX,
/// and what a point, <c>\s</c>, <c>^</c> and <c>$</c> match.
/// </summary>
/// <param name="pattern">The pattern.</param>
/// <param name="ignoresCase">The flag i.</param>
/// <param name="multiline">The flag m.</param>
internal sealed partial class Re2Pattern(string pattern, bool ignoresCase, bool multiline)
{
    private const int MostRepetitions = 1000;

    private readonly StringBuilder output = new();
    private (bool IgnoresCase, bool Multiline, bool PointTakesAll, bool IsLazy) flags = (ignoresCase, multiline, false, false);
    private int at;

    private ReadOnlySpan<char> Rest => pattern.AsSpan(at);

    /// <summary>Whether a pattern sets flags by itself.</summary>
    public static bool HasFlags(string pattern) => FlagGroup().IsMatch(pattern);

    /// <exception cref="Re2Exception">RE2 refuses the pattern.</exception>
    public string Translate()
    {
        Alternatives();
        return output.ToString();
    }

    /// <summary>Up to the end of the group or the pattern.</summary>
    private void Alternatives()
    {
        var hasAtom = false;
        while (at < pattern.Length && pattern[at] != ')')
        {
            if (pattern[at] == '|')
            {
                output.Append(pattern[at++]);
                hasAtom = false;
            }
            else if (Repetition() is { Length: > 0 } repetition)
            {
                Repeat(repetition, hasAtom);
            }
            else
            {
                hasAtom |= Atom();
            }
        }
    }

    /// <summary>The operator here, without the question mark that makes it lazy; empty for none.</summary>
    private string Repetition() => RepetitionHere().Match(pattern, at) is { Success: true } match ? match.Value : "";

    private void Repeat(string repetition, bool hasAtom)
    {
        if (!hasAtom)
        {
            throw new Re2Exception($"missing argument to repetition operator: `{repetition}`");
        }

        var numbers =
            repetition.Trim('{', '}').Split(',').Where(text => text.Length > 0 && char.IsAsciiDigit(text[0])).Select(NumberOf).ToList();
        if (numbers.Exists(number => number > MostRepetitions) || (numbers.Count == 2 && numbers[0] > numbers[1]))
        {
            throw new Re2Exception($"invalid repeat count: `{repetition}`");
        }

        at += repetition.Length;
        var isLazy = Rest is ['?', ..];
        at += isLazy ? 1 : 0;
        if (Repetition() is { Length: > 0 } next)
        {
            throw new Re2Exception($"invalid nested repetition operator: `{repetition}{(isLazy ? "?" : "")}{next}`");
        }

        output.Append(repetition).Append(isLazy != flags.IsLazy ? "?" : "");

        static int NumberOf(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
    }

    /// <returns>False for flags, which cannot be repeated.</returns>
    private bool Atom()
    {
        var first = pattern[at];
        switch (first)
        {
            case '(':
                return Group();
            case '[':
                Class();
                return true;
            case '\\':
                Escape();
                return true;
            default:
                at++;
                Character(first);
                return true;
        }
    }

    private void Character(char first)
    {
        switch (first)
        {
            case '.':
                output.Append(flags.PointTakesAll ? @"[\s\S]" : @"[^\n]");
                break;
            case '^':
                Assertion(flags.Multiline ? @"(?<![^\n])" : "^");
                break;
            case '$':
                Assertion(flags.Multiline ? @"(?![^\n])" : @"(?![\s\S])");
                break;
            default:
                Literal(first);
                break;
        }
    }

    private bool Group()
    {
        var (before, head) = (flags, GroupHere().Match(pattern, at));
        if (head.Groups["name"].Success || !head.Groups["flags"].Success)
        {
            var name = head.Groups["name"];
            if (name.Success && (name.Length == 0 || name.Value.Any(one => one != '_' && !char.IsAsciiLetterOrDigit(one))))
            {
                throw new Re2Exception($"invalid named capture: `{head.Value}`");
            }

            output.Append('(');
        }
        else
        {
            SetFlags(head);
            if (head.Value[^1] == ')')
            {
                at += head.Length;
                return false;
            }

            output.Append("(?:");
        }

        at += head.Length;
        Alternatives();
        at++;
        output.Append(')');
        flags = before;
        return true;
    }

    private void SetFlags(Match head)
    {
        var given = head.Groups["flags"].Value;
        var minus = given.IndexOf('-', StringComparison.Ordinal);
        if (FlagsOnly().Match(given) is { Length: var right } && (right < given.Length || given is [.., '-'] || head.Value[^1] is not (':' or ')')))
        {
            var shown = "(?".Length + Math.Max(right, given is [.., '-'] ? given.Length : right) + 1;
            throw new Re2Exception($"invalid or unsupported Perl syntax: `{head.Value[..Math.Min(shown, head.Length)]}`");
        }

        for (var index = 0; index < given.Length; index++)
        {
            var on = minus < 0 || index < minus;
            flags = given[index] switch
            {
                'i' => flags with { IgnoresCase = on },
                'm' => flags with { Multiline = on },
                's' => flags with { PointTakesAll = on },
                'U' => flags with { IsLazy = on },
                _ => flags,
            };
        }
    }

    private void Class()
    {
        var start = at++;
        var isNegated = Rest is ['^', ..];
        at += isNegated ? 1 : 0;
        var content = new Re2Class();
        for (var isFirst = true; isFirst || Rest is not [']', ..]; isFirst = false)
        {
            if (Rest.IsEmpty || (isFirst && Rest is [']', ..] && Rest[1..].IndexOf(']') < 0))
            {
                throw new Re2Exception($"missing closing ]: `{pattern[start..]}`");
            }

            if (Rest is ['[', ':', ..] && Rest.IndexOf(":]") is > 1 and var end)
            {
                var name = Rest[2..end].ToString();
                at += end + 2;
                _ = content.AddPosix(name) ? true : throw new Re2Exception($"invalid character class range: `[:{name}:]`");
            }
            else if (Rest is ['\\', 'd' or 'D' or 's' or 'S' or 'w' or 'W', ..])
            {
                content.AddPerl(Rest[1]);
                at += 2;
            }
            else
            {
                ClassRange(content);
            }
        }

        at++;
        if (flags.IgnoresCase)
        {
            content.Fold();
        }

        output.Append(content.Write(isNegated));
    }

    private void ClassRange(Re2Class content)
    {
        var start = at;
        var first = Re2Escape.ClassCharacter(pattern, ref at);
        var last = first;
        if (Rest is ['-', not ']', ..])
        {
            at++;
            last = Re2Escape.ClassCharacter(pattern, ref at);
        }

        if (last < first)
        {
            throw new Re2Exception($"invalid character class range: `{pattern[start..at]}`");
        }

        content.Add(first, last);
    }

    private void Escape()
    {
        if (Rest is ['\\', 'd' or 'D' or 'w' or 'W', ..])
        {
            output.Append(Rest[..2]);
            at += 2;
        }
        else if (Rest is ['\\', 'b' or 'B', ..])
        {
            at += 2;
            Assertion(pattern[(at - 2)..at]);
        }
        else if (Rest is ['\\', 's' or 'S', ..])
        {
            output.Append(Rest[1] == 's' ? @"[\t\n\f\r ]" : @"[^\t\n\f\r ]");
            at += 2;
        }
        else
        {
            Literal(Re2Escape.Character(pattern, ref at));
        }
    }

    /// <summary>Appends what matches no character. RE2 repeats it, unlike JavaScript.</summary>
    private void Assertion(string text) => output.Append(Repetition().Length > 0 ? $"(?:{text})" : text);

    private void Literal(char one)
    {
        if (flags.IgnoresCase && Re2Class.CasesOf(one).Any())
        {
            var cases = new Re2Class();
            cases.Add(one, one);
            cases.Fold();
            output.Append(cases.Write(isNegated: false));
            return;
        }

        output.Append(char.IsAsciiLetterOrDigit(one) || one == '_' || one > 0x7F && one is not ('\u2028' or '\u2029')
            ? one.ToString()
            : one is > ' ' and < '\u007f' ? @"\" + one : string.Create(CultureInfo.InvariantCulture, $@"\u{(int)one:x4}"));
    }

    [GeneratedRegex(@"\G(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})")]
    private static partial Regex RepetitionHere();

    [GeneratedRegex(@"\G\((?:\?P<(?<name>[^>]*)>|\?(?<flags>[^:)]*)[:)]?)?")]
    private static partial Regex GroupHere();

    // As far as flags go.
    [GeneratedRegex(@"\A[imsU]*(?:-[imsU]+)?")]
    private static partial Regex FlagsOnly();

    [GeneratedRegex(@"\(\?[imsU-]*[imsU]")]
    private static partial Regex FlagGroup();
}
