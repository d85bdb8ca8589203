using System.Buffers;
using System.Globalization;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// A revision, in a quarter of the memory if it has Sync Gateway's usual form: a number, a hyphen and 32 lower-case hexadecimal digits.
/// Any other text is kept as it is.
/// </summary>
internal readonly record struct CompactRevision
{
    private const int Digits = 32;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly string? other;
    private readonly ulong high;
    private readonly ulong low;
    private readonly uint generation;

    public CompactRevision(string revision)
    {
        var digits = revision.AsSpan(Math.Max(revision.Length - Digits, 0));
        var start = revision.AsSpan(0, revision.Length - digits.Length);
        if (start is [>= '1' and <= '9', .., '-']
            && uint.TryParse(start[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out generation)
            && !digits.ContainsAnyExcept(Hexadecimal))
        {
            high = ulong.Parse(digits[..(Digits / 2)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            low = ulong.Parse(digits[(Digits / 2)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }
        else
        {
            (other, generation) = (revision, 0);
        }
    }

    /// <summary>The revision as Sync Gateway writes it.</summary>
    public override string ToString() => other ?? string.Create(CultureInfo.InvariantCulture, $"{generation}-{high:x16}{low:x16}");
}
