using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Writes a document.</summary>
internal static class DocumentWriting
{
    public static async Task PutAsync(RequestContext context)
    {
        var id = DocumentReading.CheckId(context.Name);
        var body = DocumentBody.Parse(await context.ReadDocumentAsync());
        if (body.Id is { } given && given != id)
        {
            throw new HttpError(400, "The document ID provided in the body does not match the document ID in the path");
        }

        if (context.Query("new_edits") == "false")
        {
            await ReplyWrittenAsync(context, 201, id, await context.Database.PutExistingAsync(context.Documents, id, RevisionHistory.Parse(body.Sent), body, context.Access));
            return;
        }

        var asked = GetExpectedRevision(context);
        if (asked is not null && body.Sent.Value("_rev"u8) is not null && body.Revision != asked)
        {
            throw new HttpError(400, "Revision IDs provided do not match");
        }

        var revision = await context.Database.PutAsync(context.Documents, id, Parent(asked ?? body.Revision), body, context.Access);
        await ReplyWrittenAsync(context, 201, id, revision, tag: true);
    }

    public static async Task PostAsync(RequestContext context)
    {
        var body = DocumentBody.Parse(await context.ReadDocumentAsync());
        var id = body.Id is { Length: > 0 } given ? DocumentReading.CheckId(given) : Guid.NewGuid().ToString("N");
        if (body.Sent.Value("_rev"u8) is not null)
        {
            throw new HttpError(404, "No previous revision to replace");
        }

        var revision = await context.Database.PutAsync(context.Documents, id, null, body, context.Access);
        context.Response.Headers.Location = Uri.EscapeDataString(id);
        await ReplyWrittenAsync(context, 200, id, revision, tag: true);
    }

    public static async Task DeleteAsync(RequestContext context)
    {
        var id = DocumentReading.CheckId(context.Name);
        var revision = await context.Database.PutAsync(context.Documents, id, Parent(GetExpectedRevision(context)), DocumentBody.Tombstone, context.Access);
        await ReplyWrittenAsync(context, 200, id, revision);
    }

    /// <summary>The revision in the query or in <c>If-Match</c>, where only a quoted one counts.</summary>
    public static string? GetExpectedRevision(RequestContext context) => context.Query("rev")
        ?? (context.Request.Headers.IfMatch.ToString() is ['"', .. { Length: > 0 } quoted, '"'] ? quoted : null);

    private static RevisionId? Parent(string? revision) => revision is null ? null : RevisionId.Parse(revision);

    public static Task ReplyWrittenAsync(RequestContext context, int status, string id, RevisionId revision, bool tag = false)
    {
        var text = revision.ToString();
        if (tag)
        {
            context.Response.Headers.ETag = $"\"{text}\"";
        }

        return context.ReplyAsync(status, new Utf8Buffer(80 + id.Length)
            .Append("{\"id\":"u8).Text(id).Append(",\"ok\":true,\"rev\":"u8).Text(text).Append((byte)'}').Memory);
    }
}
