using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Reads a document.</summary>
internal static class DocumentReading
{
    /// <exception cref="HttpError">501: a request of the second replicator, which only the Enterprise Edition has.</exception>
    public static void CheckReplicator(RequestContext context)
    {
        if (context.Flag("replicator2"))
        {
            throw new HttpError(501, "replicator2 endpoints are only supported in EE");
        }
    }

    public static async Task GetAsync(RequestContext context)
    {
        CheckReplicator(context);
        var options = ReadOptions.Read(context);
        var document = context.Documents.Find(DocumentId.Check(context.Name));
        if (context.Query("open_revs") is { } open)
        {
            await OpenRevisionsAsync(context, document, open, options with { Attachments = true, AttachmentsSince = [] });
            return;
        }

        var view = RevisionView.Find(document, context.Query("rev"), context.Access, options);
        context.Response.Headers.ETag = $"\"{HeaderText.Of(view.Snapshot.Revision.ToString())}\"";
        if (context.Accepts("multipart/") && (view.HasData || !context.Accepts("application/json")))
        {
            var parts = new MultipartWriter(MultipartWriter.IsPackedFor(context));
            view.WriteParts(parts);
            await parts.ReplyAsync(context, "related");
            return;
        }

        await context.ReplyAsync(200, view.Write());
    }

    private static async Task OpenRevisionsAsync(RequestContext context, StoredDocument? document, string open, ReadOptions options)
    {
        var asked = open == "all"
            ? (document?.ReadBranches() ?? throw new HttpError(404, "missing")).Select(leaf => leaf.ToString())
            : context.QueryTexts("open_revs", "bad open_revs") ?? [];
        var views = asked.Select(revision => (Revision: revision, View: TryFind(context, document, revision, options))).ToList();
        if (context.Accepts("multipart/"))
        {
            var parts = new MultipartWriter();
            foreach (var (revision, view) in views)
            {
                WritePart(parts, revision, view);
            }

            await parts.ReplyAsync(context, "mixed");
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

        context.Response.ContentType = "application/json";
        await context.StreamAsync(output.Append((byte)']').Memory);
    }

    private static void WritePart(MultipartWriter parts, string revision, RevisionView? view)
    {
        if (view is not null)
        {
            view.WriteAsPart(parts);
            return;
        }

        parts.AddJson(
            "application/json; error=\"true\"",
            new Utf8Buffer().Append("{\"missing\":"u8).Text(revision).Append((byte)'}').Written);
    }

    private static RevisionView? TryFind(RequestContext context, StoredDocument? document, string revision, ReadOptions options)
    {
        try
        {
            return RevisionView.Find(document, revision, context.Access, options);
        }
        catch (HttpError)
        {
            // The caller reports it as missing.
            return null;
        }
    }
}
