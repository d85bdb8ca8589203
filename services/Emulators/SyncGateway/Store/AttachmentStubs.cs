using Emulators.Json;

namespace Emulators.SyncGateway.Store;

/// <summary>Writes <c>_attachments</c> without the data.</summary>
internal static class AttachmentStubs
{
    /// <param name="attachments">Sorted by name.</param>
    /// <param name="output">Where to.</param>
    /// <param name="withVersion">Whether to tell the storage version, as webhooks do and readers are spared.</param>
    /// <param name="withData">Whether to give the data, where there is any, instead of a stub.</param>
    public static void Write(IReadOnlyList<Attachment> attachments, Utf8Buffer output, bool withVersion = false, bool withData = false)
    {
        var separator = "{"u8;
        foreach (var attachment in attachments)
        {
            output.Append(separator).Text(attachment.Name).Append(":{"u8);
            if (attachment.ContentType is { } type)
            {
                output.Append("\"content_type\":"u8).Text(type).Append((byte)',');
            }

            var data = withData ? attachment.Data : null;
            if (data is not null)
            {
                output.Append("\"data\":"u8).Text(Convert.ToBase64String(data)).Append((byte)',');
            }

            output.Append("\"digest\":"u8).Text(attachment.Digest);
            output.Append(",\"length\":"u8).Append(attachment.Length);
            output.Append(",\"revpos\":"u8).Append(attachment.FromGeneration);
            output.Append(data is null ? ",\"stub\":true"u8 : ""u8);
            output.Append(withVersion ? ",\"ver\":2}"u8 : "}"u8);
            separator = ","u8;
        }

        output.Append((byte)'}');
    }
}
