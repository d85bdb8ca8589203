using System.Globalization;
using System.Text;

namespace OfflineActions.SyncGateway;

/// <summary>Makes text from another system safe for a log line.</summary>
internal static class LogText
{
    private const int MaxLength = 300;

    /// <summary><paramref name="text"/> on one line without invisible characters, cut after 300 characters.</summary>
    public static string From(string text)
    {
        var clean = new StringBuilder();

        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > MaxLength)
            {
                return clean.Append('…').ToString();
            }

            clean.Append(IsVisible(rune) ? rune.ToString() : " ");
        }

        return clean.ToString().Trim();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
