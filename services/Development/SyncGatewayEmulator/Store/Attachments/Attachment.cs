using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>An attachment of a revision. Later revisions that keep the attachment share the object.</summary>
/// <param name="Name">The name in the document.</param>
/// <param name="ContentType">The media type; null when none was sent.</param>
/// <param name="Digest"><c>sha1-</c> and the SHA-1 of the data in base64.</param>
/// <param name="Length">The size in bytes; null for compressed bytes, whose uncompressed size Sync Gateway forgets.</param>
/// <param name="FromGeneration">The generation of the revision that added it (<c>revpos</c>).</param>
/// <param name="Data">The bytes; null when only a stub was sent.</param>
/// <param name="Encoding">The compression of the bytes; null for none.</param>
/// <param name="EncodedLength">The compressed size; 0 without compression.</param>
internal sealed record Attachment(
    string Name,
    string? ContentType,
    string Digest,
    long? Length,
    int FromGeneration,
    byte[]? Data,
    string? Encoding = null,
    long EncodedLength = 0);

/// <summary>How a response contains an attachment.</summary>
internal enum AttachmentForm
{
    /// <summary>As a description without data.</summary>
    Stub,

    /// <summary>As base64 inside the document.</summary>
    Data,

    /// <summary>As a MIME part after the document.</summary>
    Follows,
}

/// <summary>Writes the <c>_attachments</c> member.</summary>
internal static class AttachmentStubs
{
    /// <summary>The attachments of a document that was written with <c>"_attachments":{}</c>, which is kept.</summary>
    public static IReadOnlyList<Attachment> NoneWritten { get; } = new List<Attachment>().AsReadOnly();

    /// <summary>Whether the document was written with <c>_attachments</c>.</summary>
    public static bool IsWritten(IReadOnlyList<Attachment> attachments) =>
        attachments.Count > 0 || ReferenceEquals(attachments, NoneWritten);

    /// <param name="attachments">Sorted by name.</param>
    /// <param name="output">The target.</param>
    /// <param name="withVersion">Whether to include the storage version (<c>ver</c>), which only webhooks have.</param>
    /// <param name="form">The form of each attachment; all stubs by default. An attachment without data is always a stub.</param>
    public static void Write(
        IReadOnlyList<Attachment> attachments, Utf8Buffer output, bool withVersion = false, Func<Attachment, AttachmentForm>? form = null)
    {
        var separator = "{"u8;
        foreach (var attachment in attachments)
        {
            var given = attachment.Data is null || form is null ? AttachmentForm.Stub : form(attachment);
            Write(attachment, output.Append(separator).Text(attachment.Name).Append((byte)':'), given, withVersion);
            separator = ","u8;
        }

        output.Append(attachments.Count == 0 ? "{}"u8 : "}"u8);
    }

    /// <summary>Writes one attachment as it is stored, with its key.</summary>
    public static void WriteStored(Attachment attachment, string key, Utf8Buffer output) =>
        Write(attachment, output, AttachmentForm.Stub, withVersion: true, key);

    private static void Write(Attachment attachment, Utf8Buffer output, AttachmentForm form, bool withVersion, string? key = null)
    {
        output.Append((byte)'{');
        if (attachment.ContentType is { } type)
        {
            output.Append("\"content_type\":"u8).Text(type).Append((byte)',');
        }

        if (form == AttachmentForm.Data)
        {
            output.Append("\"data\":"u8).Text(Convert.ToBase64String(attachment.Data!)).Append((byte)',');
        }

        output.Append("\"digest\":"u8).Text(attachment.Digest);
        if (attachment.Encoding is { } encoding)
        {
            output.Append(",\"encoded_length\":"u8).Append(attachment.EncodedLength).Append(",\"encoding\":"u8).Text(encoding);
        }

        output.Append(form == AttachmentForm.Follows ? ",\"follows\":true"u8 : ""u8);
        _ = key is null ? output : output.Append(",\"key\":"u8).Text(key);
        _ = attachment.Length is { } length ? output.Append(",\"length\":"u8).Append(length) : output;
        output.Append(",\"revpos\":"u8).Append(attachment.FromGeneration);
        output.Append(form == AttachmentForm.Stub ? ",\"stub\":true"u8 : ""u8);
        output.Append(withVersion ? ",\"ver\":2}"u8 : "}"u8);
    }
}
