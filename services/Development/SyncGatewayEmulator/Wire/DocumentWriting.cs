using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Writes of one document.</summary>
internal static class DocumentWriting
{
    public static async Task PutAsync(Exchange exchange)
    {
        var id = DocumentReading.DocumentId(exchange.Name);
        var body = DocumentBody.Parse(await exchange.ReadDocumentAsync());
        if (body.Id is { } given && given != id)
        {
            throw new HttpError(400, "The document ID provided in the body does not match the document ID in the path");
        }

        if (exchange.Query("new_edits") == "false")
        {
            await WrittenAsync(exchange, 201, id, await exchange.Database.PutExistingAsync(exchange.Documents, id, RevisionHistory.Of(body.Sent), body, exchange.Viewer));
            return;
        }

        var asked = Precondition(exchange);
        if (asked is not null && body.Sent.Value("_rev"u8) is not null && body.Revision != asked)
        {
            throw new HttpError(400, "Revision IDs provided do not match");
        }

        var revision = await exchange.Database.PutAsync(exchange.Documents, id, Parent(asked ?? body.Revision), body, exchange.Viewer);
        await WrittenAsync(exchange, 201, id, revision, tag: true);
    }

    public static async Task PostAsync(Exchange exchange)
    {
        var body = DocumentBody.Parse(await exchange.ReadDocumentAsync());
        var id = body.Id is { Length: > 0 } given ? DocumentReading.DocumentId(given) : Guid.NewGuid().ToString("N");
        if (body.Sent.Value("_rev"u8) is not null)
        {
            throw new HttpError(404, "No previous revision to replace");
        }

        var revision = await exchange.Database.PutAsync(exchange.Documents, id, null, body, exchange.Viewer);
        exchange.Response.Headers.Location = Uri.EscapeDataString(id);
        await WrittenAsync(exchange, 200, id, revision, tag: true);
    }

    public static async Task DeleteAsync(Exchange exchange)
    {
        var id = DocumentReading.DocumentId(exchange.Name);
        var revision = await exchange.Database.PutAsync(exchange.Documents, id, Parent(Precondition(exchange)), DocumentBody.Tombstone, exchange.Viewer);
        await WrittenAsync(exchange, 200, id, revision);
    }

    /// <summary>The revision that the URL or an <c>If-Match</c> names; one without quotes counts as none.</summary>
    public static string? Precondition(Exchange exchange) => exchange.Query("rev")
        ?? (exchange.Request.Headers.IfMatch.ToString() is ['"', .. { Length: > 0 } quoted, '"'] ? quoted : null);

    private static RevisionId? Parent(string? revision) => revision is null ? null : RevisionId.Parse(revision);

    public static Task WrittenAsync(Exchange exchange, int status, string id, RevisionId revision, bool tag = false)
    {
        var text = revision.ToString();
        if (tag)
        {
            exchange.Response.Headers.ETag = $"\"{text}\"";
        }

        return exchange.ReplyAsync(status, new Utf8Buffer(80 + id.Length)
            .Append("{\"id\":"u8).Text(id).Append(",\"ok\":true,\"rev\":"u8).Text(text).Append((byte)'}').Memory);
    }
}
