using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>The <c>_exp</c> member: seconds from now (up to 30 days) or Unix seconds, as number or text, or an RFC 3339 date.</summary>
internal static class Expiry
{
    private const long Relative = 30 * 24 * 60 * 60;

    /// <returns>Unix seconds; 0 for never.</returns>
    /// <exception cref="HttpError">400: not an expiry.</exception>
    public static long Parse(CanonicalObject document, TimeProvider clock) =>
        TryParse(document, clock, out var expires) ? expires : throw Invalid(TextOf(document.Value("_exp"u8)!.Value));

    /// <param name="document">The document.</param>
    /// <param name="clock">The clock, which is read only when the document has an expiry.</param>
    /// <param name="expires">Unix seconds; 0 for never.</param>
    /// <returns>False when the document has an invalid expiry.</returns>
    public static bool TryParse(CanonicalObject document, TimeProvider clock, out long expires)
    {
        expires = 0;
        return document.Value("_exp"u8) is not { } json
            || json.Span.SequenceEqual("null"u8)
            || TryParse(TextOf(json), clock.GetUtcNow(), out expires);
    }

    /// <returns>False when the text is not an expiry.</returns>
    public static bool TryParse(string text, DateTimeOffset now, out long expires)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out expires)
            && expires is >= 0 and <= uint.MaxValue)
        {
            expires += expires is > 0 and <= Relative ? now.ToUnixTimeSeconds() : 0;
            return true;
        }

        var isDate = text.Contains('-', StringComparison.Ordinal)
            & DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date);
        expires = date.ToUnixTimeSeconds();
        return isDate && expires is > 0 and <= uint.MaxValue;
    }

    private static string TextOf(ReadOnlyMemory<byte> json) => CanonicalObject.TextOf(json) ?? Encoding.UTF8.GetString(json.Span);

    private static HttpError Invalid(string text) => new(400, $"Invalid expiry: {text}");

    /// <summary>The format of <c>show_exp</c>.</summary>
    public static string Format(long expires) =>
        DateTimeOffset.FromUnixTimeSeconds(expires).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Documents with an expiry, earliest first.</summary>
internal sealed class ExpiryQueue
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<StoredDocument, long> queue = new();

    /// <summary>Adds the current expiry of a document. Older entries of the same document are ignored when they are due.</summary>
    public void Set(StoredDocument document)
    {
        if (document.Expires == 0)
        {
            return;
        }

        lock (gate)
        {
            queue.Enqueue(document, document.Expires);
        }
    }

    /// <summary>Removes and returns the documents that are due; the caller checks that the expiry is still current.</summary>
    public List<StoredDocument> TakeDue(long now)
    {
        var due = new List<StoredDocument>();
        lock (gate)
        {
            while (queue.TryPeek(out var document, out var at) && at <= now)
            {
                queue.Dequeue();
                due.Add(document);
            }
        }

        return due;
    }
}
