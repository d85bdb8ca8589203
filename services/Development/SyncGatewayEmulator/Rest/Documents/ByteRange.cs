using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Emulators.Rest;

/// <summary>The <c>Range</c> header as Sync Gateway reads it: one range of bytes; anything else is ignored.</summary>
internal static partial class ByteRange
{
    /// <param name="header">The header; empty without one.</param>
    /// <param name="length">The length of the content in bytes.</param>
    /// <returns>
    /// The range, its end excluded; the whole content without a valid header; null when the range is outside the content.
    /// </returns>
    public static (int From, int To)? Of(string header, int length)
    {
        if (Form().Match(header) is not { Success: true } match)
        {
            return (0, length);
        }

        var (first, last) = (Number(match.Groups["first"].Value), Number(match.Groups["last"].Value));
        return (first, last) switch
        {
            (null, null) => (0, length),
            (null, 0) => null,
            (null, { } count) => ((int)(length - Math.Min(count, length)), length),
            ({ } from, { } to) when to < from => (0, length),
            ({ } from, _) when from >= length => null,
            ({ } from, _) => ((int)from, (int)Math.Min(last ?? long.MaxValue - 1, length - 1) + 1),
        };
    }

    private static long? Number(string digits) => digits.Length == 0 ? null
        : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : long.MaxValue - 1;

    [GeneratedRegex(@"\Abytes=(?<first>[0-9]*)-(?<last>[0-9]*)\z")]
    private static partial Regex Form();
}
