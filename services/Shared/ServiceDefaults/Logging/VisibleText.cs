using System.Globalization;
using System.Text;

namespace OfflineActions.ServiceDefaults.Logging;

/// <summary>
/// Makes text safe for one line of a log or a terminal. Apps choose document ids, and an id must not be able to begin a line of its own,
/// move the cursor or hide what follows.
/// </summary>
public static class VisibleText
{
    /// <summary><paramref name="text"/> with every invisible character escaped as in JSON, for example <c>a\u000Ab</c>.</summary>
    public static string Escape(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? escaped = null;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var part = text.AsSpan(at, rune.Utf16SequenceLength);
            // Half of a surrogate pair comes as U+FFFD.
            if (IsVisible(rune) && (part.Length == 2 || !char.IsSurrogate(part[0])))
            {
                escaped?.Append(part);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, at, text.Length + 16);
                foreach (var unit in part)
                {
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
                }
            }

            at += part.Length;
        }

        return escaped?.ToString() ?? text;
    }

    /// <summary>Whether a character is seen where it stands. Spaces are; control characters and marks of direction are not.</summary>
    public static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
