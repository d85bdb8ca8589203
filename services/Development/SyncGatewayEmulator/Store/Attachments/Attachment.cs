using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>One attachment of a revision. Revisions that keep it share it.</summary>
/// <param name="Name">Its name in the document.</param>
/// <param name="ContentType">Its media type, if it was given one.</param>
/// <param name="Digest"><c>sha1-</c> and the SHA-1 of the data in base64.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="FromGeneration">The generation that brought it (<c>revpos</c>).</param>
/// <param name="Data">The bytes, unless only a stub ever came.</param>
/// <param name="Encoding">How the bytes are compressed, if they are.</param>
/// <param name="EncodedLength">Their size as they are, when compressed.</param>
internal sealed record Attachment(
    string Name,
    string? ContentType,
    string Digest,
    long Length,
    int FromGeneration,
    byte[]? Data,
    string? Encoding = null,
    long EncodedLength = 0);

/// <summary>How an attachment is given to a reader.</summary>
internal enum AttachmentForm
{
    /// <summary>Only described.</summary>
    Stub,

    /// <summary>In base64, inside the document.</summary>
    Data,

    /// <summary>As a part of its own that follows the document.</summary>
    Follows,
}

/// <summary>Writes <c>_attachments</c>.</summary>
internal static class AttachmentStubs
{
    /// <param name="attachments">Sorted by name.</param>
    /// <param name="output">Where to.</param>
    /// <param name="withVersion">Whether to tell the storage version, as webhooks do and readers are spared.</param>
    /// <param name="form">How each is given; all as stubs by default. One whose data never came is always a stub.</param>
    public static void Write(
        IReadOnlyList<Attachment> attachments, Utf8Buffer output, bool withVersion = false, Func<Attachment, AttachmentForm>? form = null)
    {
        var separator = "{"u8;
        foreach (var attachment in attachments)
        {
            var given = attachment.Data is null || form is null ? AttachmentForm.Stub : form(attachment);
            output.Append(separator).Text(attachment.Name).Append(":{"u8);
            if (attachment.ContentType is { } type)
            {
                output.Append("\"content_type\":"u8).Text(type).Append((byte)',');
            }

            if (given == AttachmentForm.Data)
            {
                output.Append("\"data\":"u8).Text(Convert.ToBase64String(attachment.Data!)).Append((byte)',');
            }

            output.Append("\"digest\":"u8).Text(attachment.Digest);
            output.Append(attachment.Encoding is null ? ""u8 : ",\"encoded_length\":"u8);
            if (attachment.Encoding is { } encoding)
            {
                output.Append(attachment.EncodedLength).Append(",\"encoding\":"u8).Text(encoding);
            }

            output.Append(given == AttachmentForm.Follows ? ",\"follows\":true"u8 : ""u8);
            output.Append(",\"length\":"u8).Append(attachment.Length);
            output.Append(",\"revpos\":"u8).Append(attachment.FromGeneration);
            output.Append(given == AttachmentForm.Stub ? ",\"stub\":true"u8 : ""u8);
            output.Append(withVersion ? ",\"ver\":2}"u8 : "}"u8);
            separator = ","u8;
        }

        output.Append(attachments.Count == 0 ? "{}"u8 : "}"u8);
    }
}
