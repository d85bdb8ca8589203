using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary><c>_bulk_docs</c>: writes many documents.</summary>
internal static class BulkResource
{
    public static async Task WriteAsync(RequestContext context)
    {
        var sent = await context.ReadObjectAsync();
        var documents = BulkRequest.Documents(sent, "Document body must be JSON");
        var newEdits = sent.Value("new_edits"u8) is not { } given || !given.Span.SequenceEqual("false"u8);
        var output = new Utf8Buffer().Append((byte)'[');

        using var batch = context.Database.Sequences.BeginBatch();

        // Local documents last, as in Sync Gateway: a checkpoint must not be written before the documents it covers.
        foreach (var document in documents.OrderBy(IsLocal))
        {
            output.Append(output.Length > 1 ? ",{"u8 : "{"u8);
            try
            {
                var writing = WriteAsync(context, document, newEdits);
                if (!writing.IsCompleted)
                {
                    // The queue of webhooks is full: feeds do not wait for it.
                    batch.Dispose();
                }

                var (id, revision) = await writing;
                output.Append("\"id\":"u8).Text(id).Append(",\"rev\":"u8).Text(revision);
            }
            catch (HttpError error)
            {
                output.Append("\"error\":"u8).Text(error.RowError);
                _ = document.Text("_id"u8) is { Length: > 0 } id ? output.Append(",\"id\":"u8).Text(id) : output;
                output.Append(",\"reason\":"u8).Text(error.Message)
                    .Append(",\"status\":"u8).Append(error.Status);
            }

            output.Append((byte)'}');
        }

        await context.ReplyAsync(201, output.Append((byte)']').Memory);
    }

    private static bool IsLocal(CanonicalObject document) =>
        document.Text("_id"u8)?.StartsWith("_local/", StringComparison.Ordinal) ?? false;

    private static async Task<(string Id, string Revision)> WriteAsync(RequestContext context, CanonicalObject document, bool newEdits)
    {
        var id = document.Text("_id"u8) ?? "";
        if (IsLocal(document))
        {
            return (id, context.Documents.Locals.Put(id["_local/".Length..], document).Revision);
        }

        var database = context.Database;
        var body = DocumentBody.Parse(document.Json);
        if (!newEdits)
        {
            var existing = await database.PutExistingAsync(context.Documents, id, RevisionHistory.Parse(document), body, context.Access);
            return (id, existing.ToString());
        }

        if (id.Length == 0)
        {
            var (created, first) = await DocumentWriting.CreateAsync(context, body);
            return (created, first.ToString());
        }

        RevisionId? parent = body.Revision is { } given ? RevisionId.Parse(given) : null;
        return (id, (await database.PutAsync(context.Documents, id, parent, body, context.Access)).ToString());
    }
}

/// <summary><c>_bulk_get</c>: reads many revisions, each as a MIME part.</summary>
internal static class BulkGetResource
{
    public static async Task AnswerAsync(RequestContext context)
    {
        var documents = BulkRequest.Documents(await context.ReadObjectAsync(), "Document body must be JSON");
        var options = ReadOptions.Read(context);

        // A response that is packed as a whole has no packed parts.
        var parts = new MultipartWriter(MultipartWriter.IsPackedFor(context) && !ResponseCompression.PacksWhole(context));
        foreach (var asked in documents)
        {
            var (id, revision) = (asked.Text("id"u8), asked.Text("rev"u8));
            try
            {
                Find(context, asked, id, revision, options).WriteAsPart(parts);
            }
            catch (HttpError error)
            {
                WriteError(parts, id ?? "", revision, error);
            }
        }

        await parts.ReplyAsync(context, "mixed");
    }

    private static RevisionView Find(RequestContext context, CanonicalObject asked, string? id, string? revision, ReadOptions options)
    {
        if (string.IsNullOrEmpty(id) || (revision is null && asked.Value("rev"u8) is { } given && !given.Span.SequenceEqual("null"u8)))
        {
            throw new HttpError(400, "Invalid doc/rev ID in _bulk_get");
        }

        var since = List(asked, "atts_since"u8);
        var history = options.History;
        if (history > 0 && asked.Value("revs_limit"u8) is { } limit)
        {
            history = int.TryParse(Encoding.UTF8.GetString(limit.Span), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new HttpError(400, $"Invalid revs_limit for doc: {id} in _bulk_get");
        }

        var own =
            options with { History = history, AttachmentsSince = since ?? [], HistoryFrom = List(asked, "revs_from"u8) ?? since ?? [] };
        return RevisionView.Find(context.Documents.Find(id), string.IsNullOrEmpty(revision) ? null : revision, context.Access, own);
    }

    private static IReadOnlyList<string>? List(CanonicalObject asked, ReadOnlySpan<byte> name) =>
        asked.Value(name) is { } array
            ? BulkRequest.Texts(array) ?? throw new HttpError(400, $"{Encoding.UTF8.GetString(name)} must be a string array")
            : null;

    private static void WriteError(MultipartWriter parts, string id, string? revision, HttpError error)
    {
        var output = new Utf8Buffer().Append("{\"error\":"u8).Text(error.RowError)
            .Append(",\"id\":"u8).Text(id)
            .Append(",\"reason\":"u8).Text(error.Message);
        _ = string.IsNullOrEmpty(revision) ? output : output.Append(",\"rev\":"u8).Text(revision);
        output.Append(",\"status\":"u8).Append(error.Status).Append((byte)'}');
        parts.AddJson("application/json; error=\"true\"", output.Written);
    }
}

/// <summary>The request body of <c>_bulk_docs</c> and <c>_bulk_get</c>.</summary>
internal static class BulkRequest
{
    /// <summary>The texts of a list; null when it is no list, or when an element is no text.</summary>
    public static IReadOnlyList<string>? Texts(ReadOnlyMemory<byte> json) =>
        json.Span is [(byte)'[', ..] && CanonicalObject.ElementsOf(json) is var elements && elements.TrueForAll(one => one.Span[0] == '"')
            ? [.. elements.Select(one => CanonicalObject.TextOf(one)!)]
            : null;

    /// <summary>Reads the objects in <c>docs</c>.</summary>
    /// <param name="sent">The body of the request.</param>
    /// <param name="otherwise">The reason of the error when an element is not an object.</param>
    /// <exception cref="HttpError">400: <c>docs</c> is missing, or an element is not an object.</exception>
    public static List<CanonicalObject> Documents(CanonicalObject sent, string otherwise)
    {
        if (sent.Value("docs"u8) is not { Span: [(byte)'[', ..] } docs)
        {
            throw new HttpError(400, "missing 'docs' property");
        }

        return [.. CanonicalObject.ElementsOf(docs).Select(json => json.Span[0] == '{' ? CanonicalObject.Parse(json)! : throw new HttpError(400, otherwise))];
    }
}
