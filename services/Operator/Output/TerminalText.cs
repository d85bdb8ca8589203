using System.Globalization;
using System.Text;

namespace OfflineActions.Operator.Output;

/// <summary>Text for a terminal.</summary>
internal static class TerminalText
{
    /// <summary>
    /// <paramref name="text"/> on one line, with every control character replaced. Apps choose document ids, and an id must not be able to
    /// move the cursor or hide a row.
    /// </summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(IsPrintable(rune) ? rune.ToString() : "?");
        }

        return clean.ToString();
    }

    /// <summary>A duration in one unit: <c>42s</c>, <c>7m</c>, <c>3h</c>, <c>12d</c>.</summary>
    public static string FormatAge(TimeSpan age) => age switch
    {
        { TotalSeconds: < 90 } => FormatWhole(age.TotalSeconds) + "s",
        { TotalMinutes: < 90 } => FormatWhole(age.TotalMinutes) + "m",
        { TotalHours: < 48 } => FormatWhole(age.TotalHours) + "h",
        _ => FormatWhole(age.TotalDays) + "d",
    };

    private static string FormatWhole(double number) => Math.Max(0, Math.Floor(number)).ToString("F0", CultureInfo.InvariantCulture);

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
