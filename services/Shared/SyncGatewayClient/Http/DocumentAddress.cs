namespace OfflineActions.SyncGateway;

/// <summary>The path of a document, escaped so that Sync Gateway decodes it to the right id.</summary>
/// <remarks>
/// Sync Gateway decodes a path twice, or once when <c>%2F</c> (or <c>%2f</c>) appears anywhere in the request line, query included. The
/// second decoding changes only a <c>%</c>, so the id <c>50%</c> is sent as <c>50%2525</c>, but <c>a/50%</c> as <c>a%2F50%25</c>.
/// It takes no id whose first character is a slash after the first decoding, so the slashes of such an id are escaped for the second.
/// <see cref="Uri"/> and Sync Gateway remove the path segments <c>.</c> and <c>..</c>, so these ids are escaped for the second decoding.
/// </remarks>
/// <param name="Keyspace">The first path segment, still to be escaped once.</param>
/// <param name="Id">The second path segment, still to be escaped once.</param>
internal readonly record struct DocumentAddress(string Keyspace, string Id)
{
    public static DocumentAddress From(string keyspace, string id)
    {
        if (!SyncGateway.Keyspace.IsValid(keyspace))
        {
            throw new ArgumentException($"A keyspace is {SyncGateway.Keyspace.Expected}.", nameof(keyspace));
        }

        if (!DocumentId.IsValid(id))
        {
            throw new ArgumentException("A document id has 1 to 250 bytes of UTF-8 and does not begin with an underscore.", nameof(id));
        }

        return id.IndexOf('/', StringComparison.Ordinal) > 0
            ? new DocumentAddress(keyspace, id)
            : new DocumentAddress(ForTwoDecodings(keyspace), ForTwoDecodings(id));
    }

    /// <summary>
    /// The name of an attachment as the third path segment, still to be escaped once; null for a name that no path can hold. Any app user
    /// chooses it: without the last segment, or with a dot that is removed, Sync Gateway would redirect, or answer with something else.
    /// </summary>
    public string? AttachmentSegment(string name) => Id.IndexOf('/', StringComparison.Ordinal) > 0
        ? name is "" or "." or ".." ? null : name
        : name is "" ? null : ForTwoDecodings(name);

    /// <summary>A revision as the value of a query parameter. A <c>/</c> must not be escaped there: see above.</summary>
    public static string Query(string revision) => Uri.EscapeDataString(revision).Replace("%2F", "/", StringComparison.Ordinal);

    private static string ForTwoDecodings(string segment) =>
        segment is "." or ".."
            ? segment.Replace(".", "%2E", StringComparison.Ordinal)
            : segment.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
