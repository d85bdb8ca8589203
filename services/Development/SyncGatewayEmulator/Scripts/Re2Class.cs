using System.Globalization;
using System.Text;

namespace OfflineActions.Emulators.Scripts;

/// <summary>A class of characters of RE2, as ranges of UTF-16.</summary>
internal sealed class Re2Class
{
    private const int Last = 0xFFFF;

    // Beyond these, letters of both cases are not looked for.
    private const int LastFolded = 0x24F;

    private static readonly Dictionary<string, (int, int)[]> Posix = new()
    {
        ["alnum"] = [('0', '9'), ('A', 'Z'), ('a', 'z')],
        ["alpha"] = [('A', 'Z'), ('a', 'z')],
        ["ascii"] = [(0, 0x7F)],
        ["blank"] = [('\t', '\t'), (' ', ' ')],
        ["cntrl"] = [(0, 0x1F), (0x7F, 0x7F)],
        ["digit"] = [('0', '9')],
        ["graph"] = [('!', '~')],
        ["lower"] = [('a', 'z')],
        ["print"] = [(' ', '~')],
        ["punct"] = [('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        ["space"] = [('\t', '\r'), (' ', ' ')],
        ["upper"] = [('A', 'Z')],
        ["word"] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        ["xdigit"] = [('0', '9'), ('A', 'F'), ('a', 'f')],
    };

    private static readonly Dictionary<char, (int, int)[]> Perl = new()
    {
        ['d'] = Posix["digit"],
        ['s'] = [('\t', '\n'), ('\f', '\r'), (' ', ' ')],
        ['w'] = Posix["word"],
    };

    private readonly List<(int First, int Last)> ranges = [];

    public void Add(int first, int last) => ranges.Add((first, last));

    /// <summary>Adds <c>\d</c>, <c>\S</c> and their like.</summary>
    /// <returns>False when there is no such class.</returns>
    public bool AddPerl(char name)
    {
        var known = Perl.TryGetValue(char.ToLowerInvariant(name), out var found);
        Add(found ?? [], isNegated: char.IsUpper(name));
        return known;
    }

    /// <summary>Adds <c>[:alpha:]</c> and its like; the name may begin with a caret.</summary>
    /// <returns>False when there is no such class.</returns>
    public bool AddPosix(ReadOnlySpan<char> name)
    {
        var isNegated = name is ['^', ..];
        var known = Posix.TryGetValue(name[(isNegated ? 1 : 0)..].ToString(), out var found);
        Add(found ?? [], isNegated);
        return known;
    }

    /// <summary>Both cases of the letters in it.</summary>
    public void Fold()
    {
        foreach (var (first, last) in ranges.ToList())
        {
            for (var code = first; code <= Math.Min(last, LastFolded); code++)
            {
                ranges.AddRange(CasesOf((char)code).Select(one => ((int)one, (int)one)));
            }
        }
    }

    /// <summary>The other forms of a letter that RE2 takes for the same.</summary>
    public static IEnumerable<char> CasesOf(char letter) => new[]
    {
        char.ToLowerInvariant(letter), char.ToUpperInvariant(letter),
        letter switch { 'k' or 'K' => '\u212A', 's' or 'S' => '\u017F', '\u212A' => 'k', '\u017F' => 's', _ => letter },
        letter switch { '\u212A' => 'K', '\u017F' => 'S', _ => letter },
    }.Distinct().Where(one => one != letter);

    /// <summary>The class in JavaScript.</summary>
    public string Write(bool isNegated)
    {
        var output = new StringBuilder(isNegated ? "[^" : "[");
        foreach (var (first, last) in ranges)
        {
            output.Append(CultureInfo.InvariantCulture, $@"\u{first:x4}");
            _ = first == last ? output : output.Append(CultureInfo.InvariantCulture, $@"-\u{last:x4}");
        }

        return output.Append(']').ToString();
    }

    private void Add((int First, int Last)[] added, bool isNegated)
    {
        if (!isNegated)
        {
            ranges.AddRange(added);
            return;
        }

        var next = 0;
        foreach (var (first, last) in added)
        {
            if (first > next)
            {
                ranges.Add((next, first - 1));
            }

            next = last + 1;
        }

        ranges.Add((next, Last));
    }
}
