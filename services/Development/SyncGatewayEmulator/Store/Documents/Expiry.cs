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
    public static long Parse(CanonicalObject document, DateTimeOffset now)
    {
        if (document.Value("_exp"u8) is not { } json || json.Span.SequenceEqual("null"u8))
        {
            return 0;
        }

        return Parse(CanonicalObject.TextOf(json) ?? Encoding.UTF8.GetString(json.Span), now);
    }

    /// <returns>Unix seconds; 0 for never.</returns>
    /// <exception cref="HttpError">400: not an expiry.</exception>
    public static long Parse(string text, DateTimeOffset now)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 0 and <= uint.MaxValue)
        {
            return seconds is > 0 and <= Relative ? now.ToUnixTimeSeconds() + seconds : seconds;
        }

        return text.Contains('-', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && date.ToUnixTimeSeconds() is > 0 and <= uint.MaxValue and var at
                ? at
                : throw new HttpError(400, $"Invalid expiry: {text}");
    }

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
