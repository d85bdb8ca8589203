using System.Globalization;
using System.Text;
using Emulators.Json;
using Emulators.SyncGateway.Store;

namespace Emulators.SyncGateway.Wire;

/// <summary>Reads of one document.</summary>
internal static class DocumentReading
{
    public static Task Get(Exchange exchange)
    {
        var id = DocumentId(exchange.Name);
        var document = exchange.Database.Documents.Find(id);
        if (exchange.Query("open_revs") is { } open)
        {
            return OpenRevisions(exchange, document, open);
        }

        var asked = exchange.Query("rev");
        var snapshot = document?.Read(asked is null ? null : RevisionId.Parse(asked), exchange.Flag("revs"));
        if (snapshot?.Body is null)
        {
            throw new Refusal(404, "missing");
        }

        if (snapshot.Deleted && asked is null)
        {
            throw new Refusal(404, "deleted");
        }

        exchange.Response.Headers.ETag = $"\"{snapshot.Revision}\"";
        return exchange.Reply(200, Write(exchange, snapshot));
    }

    public static async Task GetAttachment(Exchange exchange)
    {
        var asked = exchange.Query("rev");
        var snapshot = exchange.Database.Documents.Find(exchange.Name)?.Read(asked is null ? null : RevisionId.Parse(asked));
        if (snapshot?.Body is null || (snapshot.Deleted && asked is null))
        {
            throw new Refusal(404, snapshot is { Deleted: true } ? "deleted" : "missing");
        }

        var attachment = snapshot.Attachments.FirstOrDefault(one => one.Name == exchange.SubName);
        if (attachment?.Data is not { } data)
        {
            throw new Refusal(404, $"missing attachment {exchange.SubName}");
        }

        exchange.Response.Headers.ETag = $"\"{attachment.Digest}\"";
        exchange.Response.ContentType = attachment.ContentType ?? "application/octet-stream";
        exchange.Response.ContentLength = data.Length;
        await exchange.Response.Body.WriteAsync(data, exchange.Cancelled);
    }

    /// <exception cref="Refusal">400: no document can have this id.</exception>
    public static string DocumentId(string id) =>
        id.Length > 0 && id[0] != '_' && Encoding.UTF8.GetByteCount(id) <= 250 ? id : throw new Refusal(400, "Invalid doc ID");

    /// <summary>The document with its special members among the user's, sorted.</summary>
    public static byte[] Write(Exchange exchange, DocumentSnapshot snapshot)
    {
        var special = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["_id"] = new Utf8Buffer().Text(snapshot.Id).Memory,
            ["_rev"] = new Utf8Buffer().Text(snapshot.Revision.ToString()).Memory,
        };
        if (snapshot.Deleted)
        {
            special["_deleted"] = "true"u8.ToArray();
        }

        if (snapshot.Attachments.Count > 0)
        {
            var attachments = new Utf8Buffer();
            AttachmentStubs.Write(snapshot.Attachments, attachments, withData: exchange.Flag("attachments"));
            special["_attachments"] = attachments.Memory;
        }

        if (snapshot.History.Count > 0)
        {
            var limited = int.TryParse(exchange.Query("revs_limit"), CultureInfo.InvariantCulture, out var most) && most > 0;
            special["_revisions"] = RevisionHistory.Write([.. snapshot.History.Take(limited ? most : int.MaxValue)]);
        }

        if (snapshot.Expires > 0 && exchange.Flag("show_exp"))
        {
            special["_exp"] = new Utf8Buffer().Text(Expiry.Show(snapshot.Expires)).Memory;
        }

        return CanonicalObject.Parse(snapshot.Body)!.With(special);
    }

    private static Task OpenRevisions(Exchange exchange, StoredDocument? document, string open)
    {
        if (exchange.Query("rev") is not null)
        {
            throw new Refusal(400, "rev and open_revs cannot be used together");
        }

        if (document?.ReadLeaves() is not { } current)
        {
            throw new Refusal(404, "missing");
        }

        var asked = open == "all"
            ? current.Leaves.Select(leaf => leaf.ToString())
            : DocumentBody.ParseStrings(Encoding.UTF8.GetBytes(open));
        var output = new Utf8Buffer().Append((byte)'[');
        foreach (var revision in asked)
        {
            output.Append(output.Length > 1 ? ","u8 : ""u8);
            var found = RevisionId.TryParse(revision, out var id) ? document.Read(id, exchange.Flag("revs")) : null;
            _ = found?.Body is null
                ? output.Append("{\"missing\":"u8).Text(revision).Append((byte)'}')
                : output.Append("{\"ok\":"u8).Append(Write(exchange, found)).Append((byte)'}');
        }

        return exchange.Reply(200, output.Append((byte)']').Memory);
    }
}
