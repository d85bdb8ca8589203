using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Many documents in one request.</summary>
internal static class BulkResource
{
    public static async Task WriteAsync(Exchange exchange)
    {
        var sent = await exchange.ReadObjectAsync();
        var documents = BulkRequest.Documents(sent, "Document body must be JSON");
        var newEdits = sent.Value("new_edits"u8) is not { } given || !given.Span.SequenceEqual("false"u8);
        var output = new Utf8Buffer().Append((byte)'[');

        // Local documents come last, as in Sync Gateway: a checkpoint must not overtake what it stands for.
        foreach (var document in documents.OrderBy(IsLocal))
        {
            var id = document.Text("_id"u8);
            id = string.IsNullOrEmpty(id) ? Guid.NewGuid().ToString("N") : id;
            output.Append(output.Length > 1 ? ",{"u8 : "{"u8);
            try
            {
                var revision = await WriteAsync(exchange, id, document, newEdits);
                output.Append("\"id\":"u8).Text(id).Append(",\"rev\":"u8).Text(revision);
            }
            catch (HttpError refusal)
            {
                output.Append("\"error\":"u8).Text(refusal.RowError)
                    .Append(",\"id\":"u8).Text(id)
                    .Append(",\"reason\":"u8).Text(refusal.Message)
                    .Append(",\"status\":"u8).Append(refusal.Status);
            }

            output.Append((byte)'}');
        }

        await exchange.ReplyAsync(201, output.Append((byte)']').Memory);
    }

    private static bool IsLocal(CanonicalObject document) =>
        document.Text("_id"u8)?.StartsWith("_local/", StringComparison.Ordinal) ?? false;

    private static async Task<string> WriteAsync(Exchange exchange, string id, CanonicalObject document, bool newEdits)
    {
        var database = exchange.Database;
        if (IsLocal(document))
        {
            return exchange.Documents.Locals.Put(id["_local/".Length..], document).Revision;
        }

        DocumentReading.DocumentId(id);
        var body = DocumentBody.Parse(document.Json);
        var revision = newEdits
            ? await database.PutAsync(exchange.Documents, id, body.Revision is { } parent ? RevisionId.Parse(parent) : null, body, exchange.Viewer)
            : await database.PutExistingAsync(exchange.Documents, id, RevisionHistory.Of(document), body, exchange.Viewer);
        return revision.ToString();
    }
}
