namespace OfflineActions.Emulators.Rest;

/// <summary>Text of clients in the headers of answers: revisions, ids, digests and content types may hold any character.</summary>
internal static class HeaderText
{
    /// <summary>The text with a space for each control character, as Go does for line breaks, and <c>?</c> for what is not ASCII.</summary>
    public static string Of(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? text
        : string.Create(text.Length, text, static (header, text) =>
        {
            for (var at = 0; at < header.Length; at++)
            {
                header[at] = text[at] is < ' ' or '\u007F' ? ' ' : text[at] > '~' ? '?' : text[at];
            }
        });
}
