using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Webhooks;

/// <summary>The body of a webhook: the user's members, then <c>_id</c>, <c>_rev</c>, and <c>_deleted</c> or <c>_attachments</c>.</summary>
internal static class WebhookPayload
{
    public static byte[] Write(DocumentChange change)
    {
        var output = new Utf8Buffer(change.Body.Length + 128).Append(change.Body.Span[..^1]);
        output.Append(output.Length > 1 ? ",\"_id\":"u8 : "\"_id\":"u8).Text(change.Id);
        output.Append(",\"_rev\":"u8).Text(change.Winner.ToString());
        if (change.Deleted)
        {
            output.Append(",\"_deleted\":true"u8);
        }

        if (change.Attachments.Count > 0)
        {
            output.Append(",\"_attachments\":"u8);
            AttachmentStubs.Write(change.Attachments, output, withVersion: true);
        }

        return output.Append((byte)'}').ToArray();
    }

    /// <summary>The body posted when a database goes online or offline.</summary>
    public static byte[] Write(string database, string state, string reason, DateTimeOffset at, string admin) => new Utf8Buffer()
        .Append("{\"admininterface\":"u8).Text(admin)
        .Append(",\"dbname\":"u8).Text(database)
        .Append(",\"localtime\":"u8).Text(at.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", System.Globalization.CultureInfo.InvariantCulture))
        .Append(",\"reason\":"u8).Text(reason)
        .Append(",\"state\":"u8).Text(state).Append((byte)'}').ToArray();
}
