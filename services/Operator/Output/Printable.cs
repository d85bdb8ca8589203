using System.Globalization;
using System.Text;

namespace OfflineActions.Operator.Output;

/// <summary>Text from outside, made fit for a terminal.</summary>
internal static class Printable
{
    /// <summary>
    /// <paramref name="text"/> on one line, without anything a terminal would obey: a document's id is the app's choice, and it must
    /// not be able to move the cursor or hide a row.
    /// </summary>
    public static string Line(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(IsPlain(rune) ? rune.ToString() : "?");
        }

        return clean.ToString();
    }

    /// <summary>How long ago something was: <c>42s</c>, <c>7m</c>, <c>3h</c>, <c>12d</c>.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 90 } => Whole(age.TotalSeconds) + "s",
        { TotalMinutes: < 90 } => Whole(age.TotalMinutes) + "m",
        { TotalHours: < 48 } => Whole(age.TotalHours) + "h",
        _ => Whole(age.TotalDays) + "d",
    };

    private static string Whole(double number) => Math.Max(0, Math.Floor(number)).ToString("F0", CultureInfo.InvariantCulture);

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
