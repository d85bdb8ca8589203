namespace OfflineActions.SyncGateway;

/// <summary>How a document is addressed so that Sync Gateway, after all its decoding, reads the id that was meant.</summary>
/// <remarks>
/// Sync Gateway decodes a path twice, unless <c>%2F</c> (or <c>%2f</c>) appears anywhere in the request line, query included: then once. What
/// a second decoding changes is a <c>%</c>, so the id <c>50%</c> travels as <c>50%2525</c>, but <c>a/50%</c> as <c>a%2F50%25</c>. The ids
/// <c>.</c> and <c>..</c> would be folded away as path segments, by this side's <see cref="Uri"/> already, and hide in the second decoding.
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

        return id.Contains('/', StringComparison.Ordinal)
            ? new DocumentAddress(keyspace, id)
            : new DocumentAddress(ForTwoDecodings(keyspace), ForTwoDecodings(id));
    }

    /// <summary>A revision as the value of a query parameter. A <c>/</c> may stand there as it is, and must: see above.</summary>
    public static string Query(string revision) => Uri.EscapeDataString(revision).Replace("%2F", "/", StringComparison.Ordinal);

    private static string ForTwoDecodings(string segment) =>
        segment is "." or ".."
            ? segment.Replace(".", "%2E", StringComparison.Ordinal)
            : segment.Replace("%", "%25", StringComparison.Ordinal);
}
