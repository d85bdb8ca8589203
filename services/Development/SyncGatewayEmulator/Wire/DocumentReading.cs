using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Reads of one document.</summary>
internal static class DocumentReading
{
    public static async Task GetAsync(Exchange exchange)
    {
        var document = exchange.Documents.Find(DocumentId(exchange.Name));
        var options = ReadOptions.Of(exchange);
        if (exchange.Query("open_revs") is { } open)
        {
            await OpenRevisionsAsync(exchange, document, open, options with { Attachments = true, AttachmentsSince = [] });
            return;
        }

        if (exchange.Query("rev") is { } asked)
        {
            RevisionId.Parse(asked);
        }

        var view = RevisionView.Find(document, exchange.Query("rev"), exchange.Viewer, options);
        exchange.Response.Headers.ETag = $"\"{view.Snapshot.Revision}\"";
        if (exchange.Accepts("multipart/") && (view.HasData || !exchange.Accepts("application/json")))
        {
            var parts = new MultipartWriter();
            view.WriteParts(parts);
            await parts.ReplyAsync(exchange, "related");
            return;
        }

        await exchange.ReplyAsync(200, view.Write());
    }

    /// <exception cref="HttpError">400: no document can have this id.</exception>
    public static string DocumentId(string id) =>
        id.Length > 0 && id[0] != '_' && Encoding.UTF8.GetByteCount(id) <= 250 ? id : throw new HttpError(400, "Invalid doc ID");

    private static async Task OpenRevisionsAsync(Exchange exchange, StoredDocument? document, string open, ReadOptions options)
    {
        var asked = open == "all"
            ? (document?.ReadLeaves() ?? throw new HttpError(404, "missing")).Leaves.Select(leaf => leaf.ToString())
            : DocumentBody.ParseStrings(Encoding.UTF8.GetBytes(open));
        var views = asked.Select(revision => (Revision: revision, View: TryFind(exchange, document, revision, options))).ToList();
        if (exchange.Accepts("multipart/"))
        {
            var parts = new MultipartWriter();
            foreach (var (revision, view) in views)
            {
                WritePart(parts, revision, view);
            }

            await parts.ReplyAsync(exchange, "mixed");
            return;
        }

        var output = new Utf8Buffer().Append("[\n"u8);
        foreach (var (revision, view) in views)
        {
            output.Append(output.Length > 2 ? ","u8 : ""u8);
            _ = view is null
                ? output.Append("{\"missing\":"u8).Text(revision).Append("}\n"u8)
                : output.Append("{\"ok\":"u8).Append(view.Write()).Append("}\n"u8);
        }

        await exchange.ReplyAsync(200, output.Append((byte)']').Memory);
    }

    private static void WritePart(MultipartWriter parts, string revision, RevisionView? view)
    {
        if (view is not null)
        {
            view.WriteAsPart(parts);
            return;
        }

        parts.Add(
            [new("Content-Type", "application/json; error=\"true\"")],
            new Utf8Buffer().Append("{\"missing\":"u8).Text(revision).Append((byte)'}').Written);
    }

    private static RevisionView? TryFind(Exchange exchange, StoredDocument? document, string revision, ReadOptions options)
    {
        try
        {
            return RevisionView.Find(document, revision, exchange.Viewer, options);
        }
        catch (HttpError)
        {
            // Its row says so.
            return null;
        }
    }
}
