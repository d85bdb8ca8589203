using System.Globalization;

namespace OfflineActions.Emulators.Wire;

/// <summary>How the end of a body is found.</summary>
internal enum BodyEnd
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>After the number of bytes in <c>Content-Length</c>.</summary>
    Length,

    /// <summary>After the last chunk.</summary>
    LastChunk,

    /// <summary>When the connection ends.</summary>
    Connection,
}

/// <summary>Where the body of a message ends.</summary>
/// <param name="End">How the end is found.</param>
/// <param name="Length">The length in bytes, for <see cref="BodyEnd.Length"/>.</param>
internal readonly record struct BodyFraming(BodyEnd End, long Length = 0)
{
    public static BodyFraming OfRequest(HttpHead head) => Of(head, BodyEnd.None);

    public static BodyFraming OfAnswer(HttpHead head, string method) =>
        method == "HEAD" || head.Status is < 200 or 204 or 304 ? new(BodyEnd.None) : Of(head, BodyEnd.Connection);

    private static BodyFraming Of(HttpHead head, BodyEnd otherwise) =>
        head.Lists("Transfer-Encoding", "chunked") ? new(BodyEnd.LastChunk)
        : long.TryParse(head.Find("Content-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new(BodyEnd.Length, length)
        : new(otherwise);
}
