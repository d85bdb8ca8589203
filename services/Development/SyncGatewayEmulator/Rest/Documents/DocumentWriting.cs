using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Writes a document.</summary>
internal static class DocumentWriting
{
    public static async Task PutAsync(RequestContext context)
    {
        DocumentReading.CheckReplicator(context);
        var id = context.Name;
        var body = DocumentBody.Parse(await context.ReadDocumentAsync());
        if (body.Id is { } given && given != id)
        {
            throw new HttpError(400, "The document ID provided in the body does not match the document ID in the path");
        }

        if (context.Query("new_edits") == "false")
        {
            var history = RevisionHistory.Parse(body.Sent);
            var existing = await context.Database.PutExistingAsync(context.Documents, id, history, body, context.Access);
            await ReplyWrittenAsync(context, 201, id, existing);
            return;
        }

        // Only here, a header without quotes counts as none.
        var asked = context.Query("rev") ?? (TryGetIfMatch(context, out var header) ? header : null);
        if (asked is not null && body.HasRevision && body.Revision != asked)
        {
            throw new HttpError(400, "Revision IDs provided do not match");
        }

        var revision = await context.Database.PutAsync(context.Documents, id, Parent(asked ?? body.Revision), body, context.Access);
        await ReplyWrittenAsync(context, 201, id, revision, tag: true);
    }

    public static async Task PostAsync(RequestContext context)
    {
        var body = DocumentBody.Parse(await context.ReadDocumentAsync());
        var (id, revision) = await CreateAsync(context, body);
        context.Response.Headers.Location = id.AsSpan().ContainsAnyExceptInRange(' ', '~') ? Uri.EscapeDataString(id) : id;
        await ReplyWrittenAsync(context, 200, id, revision, tag: true);
    }

    public static async Task DeleteAsync(RequestContext context)
    {
        var id = context.Name;
        var parent = Parent(GetExpectedRevision(context));
        var revision = await context.Database.PutAsync(context.Documents, id, parent, DocumentBody.Tombstone, context.Access);
        await ReplyWrittenAsync(context, 200, id, revision);
    }

    /// <summary>Creates a document with the id in its body or, without one, a new id.</summary>
    /// <exception cref="HttpError">404: the body has a revision. 400: the id in the body is invalid.</exception>
    public static async ValueTask<(string Id, RevisionId Revision)> CreateAsync(RequestContext context, DocumentBody body)
    {
        if (body.HasRevision)
        {
            throw new HttpError(404, "No previous revision to replace");
        }

        var id = body.Id ?? Guid.NewGuid().ToString("N");
        return (id, await context.Database.PutAsync(context.Documents, id, null, body, context.Access));
    }

    /// <summary>The revision in the query, or else in <c>If-Match</c>.</summary>
    /// <exception cref="HttpError">500: the header has no quotes.</exception>
    public static string? GetExpectedRevision(RequestContext context) => context.Query("rev")
        ?? (TryGetIfMatch(context, out var header)
            ? header
            : throw new HttpError(500, "Internal error: ETag value is not quoted when trying to read the value"));

    /// <summary>The revision in <c>If-Match</c>, null without one; false when it has no quotes.</summary>
    private static bool TryGetIfMatch(RequestContext context, out string? revision)
    {
        var value = context.Request.Headers.IfMatch is [{ } first, ..] ? first : "";
        revision = value.Trim('"') is { Length: > 0 } trimmed ? trimmed : null;
        return value.Length == 0 || value.Contains('"', StringComparison.Ordinal);
    }

    private static RevisionId? Parent(string? revision) => revision is null ? null : RevisionId.Parse(revision);

    public static Task ReplyWrittenAsync(RequestContext context, int status, string id, RevisionId revision, bool tag = false)
    {
        var text = revision.ToString();
        if (tag)
        {
            context.Response.Headers.ETag = $"\"{HeaderText.Of(text)}\"";
        }

        return context.ReplyAsync(status, new Utf8Buffer(80 + id.Length)
            .Append("{\"id\":"u8).Text(id).Append(",\"ok\":true,\"rev\":"u8).Text(text).Append((byte)'}').Memory);
    }
}
