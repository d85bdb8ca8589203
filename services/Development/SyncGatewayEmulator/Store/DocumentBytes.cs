using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>A document as scripts see it: the user's members with the special ones among them.</summary>
internal static class DocumentBytes
{
    public static byte[] Of(string id, RevisionId? revision, bool deleted, byte[] body, IReadOnlyList<Attachment> attachments)
    {
        var special = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["_id"] = new Utf8Buffer().Text(id).Memory,
        };
        if (revision is { } known)
        {
            special["_rev"] = new Utf8Buffer().Text(known.ToString()).Memory;
        }

        if (deleted)
        {
            special["_deleted"] = "true"u8.ToArray();
        }

        if (attachments.Count > 0)
        {
            var stubs = new Utf8Buffer();
            AttachmentStubs.Write(attachments, stubs);
            special["_attachments"] = stubs.Memory;
        }

        return CanonicalObject.Parse(body)!.With(special);
    }
}
