using System.Text;
using OfflineActions.ServiceDefaults.Logging;

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

            clean.Append(VisibleText.IsVisible(rune) ? rune.ToString() : " ");
        }

        return clean.ToString().Trim();
    }
}
