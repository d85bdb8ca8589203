using System.Text;
using Emulators.Json;
using Emulators.SyncGateway.Store;

namespace Emulators.SyncGateway.Wire;

/// <summary>Many documents in one request.</summary>
internal static class BulkResource
{
    public static async Task Write(Exchange exchange)
    {
        var sent = await exchange.ReadObject();
        if (sent.Value("docs"u8) is not { } docs || docs.Span[0] != '[')
        {
            throw new Refusal(400, "missing 'docs' property");
        }

        var newEdits = sent.Value("new_edits"u8) is not { } given || !given.Span.SequenceEqual("false"u8);
        var output = new Utf8Buffer().Append((byte)'[');

        // Local documents come last, as in Sync Gateway: a checkpoint must not overtake what it stands for.
        var documents = CanonicalObject.ElementsOf(docs);
        if (documents.Exists(document => document.Span[0] != '{'))
        {
            throw new Refusal(400, "Document body must be JSON");
        }

        foreach (var document in documents.Select(document => CanonicalObject.Parse(document)!).OrderBy(IsLocal))
        {
            var id = document.Text("_id"u8);
            id = string.IsNullOrEmpty(id) ? Guid.NewGuid().ToString("N") : id;
            output.Append(output.Length > 1 ? ",{"u8 : "{"u8);
            try
            {
                var revision = await Write(exchange, id, document, newEdits);
                output.Append("\"id\":"u8).Text(id).Append(",\"rev\":"u8).Text(revision);
            }
            catch (Refusal refusal)
            {
                output.Append("\"error\":"u8).Text(refusal.RowError)
                    .Append(",\"id\":"u8).Text(id)
                    .Append(",\"reason\":"u8).Text(refusal.Message)
                    .Append(",\"status\":"u8).Append(refusal.Status);
            }

            output.Append((byte)'}');
        }

        await exchange.Reply(201, output.Append((byte)']').Memory);
    }

    /// <summary>Tells which of the revisions that a client has are not here.</summary>
    public static async Task Compare(Exchange exchange)
    {
        var sent = await exchange.ReadObject();
        var output = new Utf8Buffer().Append((byte)'{');
        foreach (var member in sent.Members)
        {
            var id = Encoding.UTF8.GetString(member.Name.Span);
            var document = exchange.Database.Documents.Find(id);
            var missing = DocumentBody.ParseStrings(sent.ValueOf(member))
                .Select(RevisionId.Parse)
                .Where(revision => document?.Read(revision) is null)
                .ToList();
            if (missing.Count == 0)
            {
                continue;
            }

            var newest = missing.Max(revision => revision.Generation);
            var ancestors = (document?.ReadLeaves()?.Leaves ?? []).Where(leaf => leaf.Generation < newest).ToList();
            output.Append(output.Length > 1 ? ",\n"u8 : ""u8).Text(id).Append(":{\"missing\":"u8);
            List(missing, output);
            if (ancestors.Count > 0)
            {
                output.Append(",\"possible_ancestors\":"u8);
                List(ancestors, output);
            }

            output.Append("}\n"u8);
        }

        await exchange.Reply(200, output.Append((byte)'}').Memory);
    }

    private static bool IsLocal(CanonicalObject document) =>
        document.Text("_id"u8)?.StartsWith("_local/", StringComparison.Ordinal) ?? false;

    private static async Task<string> Write(Exchange exchange, string id, CanonicalObject document, bool newEdits)
    {
        var database = exchange.Database;
        if (IsLocal(document))
        {
            return database.Documents.Locals.Put(id["_local/".Length..], document).Revision;
        }

        DocumentReading.DocumentId(id);
        var body = DocumentBody.Parse(document.Json);
        var revision = newEdits
            ? await database.Put(id, body.Revision is { } parent ? RevisionId.Parse(parent) : null, body, exchange.Viewer)
            : await database.PutExisting(id, RevisionHistory.Of(document), body, exchange.Viewer);
        return revision.ToString();
    }

    private static void List(List<RevisionId> revisions, Utf8Buffer output)
    {
        output.Append((byte)'[');
        for (var i = 0; i < revisions.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : ""u8).Text(revisions[i].ToString());
        }

        output.Append((byte)']');
    }
}
