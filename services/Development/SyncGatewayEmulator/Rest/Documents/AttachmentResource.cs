using System.Globalization;
using System.Security.Cryptography;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>An attachment at its own URL.</summary>
internal static class AttachmentResource
{
    // Types that a browser would run as a page of this server.
    private static readonly string[] Insecure = ["", "text/html", "application/xhtml+xml", "image/svg+xml"];

    public static async Task GetAsync(RequestContext context)
    {
        var document = context.Documents.Find(DocumentId.Check(context.Name));
        var view = RevisionView.Find(document, context.Query("rev"), context.Access, new());
        var attachment = (view.Hidden ? null : view.Snapshot.Attachments.FirstOrDefault(one => one.Name == context.SubName))
            ?? throw new HttpError(404, $"missing attachment {context.SubName}");
        var data = attachment.Data ?? throw new HttpError(404, "missing");

        if (context.Flag("meta"))
        {
            var described = new Utf8Buffer();
            AttachmentStubs.WriteStored(attachment, KeyOf(context.Name, attachment), described);
            await context.ReplyAsync(200, described.Memory);
            return;
        }

        var headers = context.Response.Headers;
        headers.AcceptRanges = "bytes";
        var (from, to) = ByteRange.Of(context.Request.Headers.Range.ToString(), data.Length) ?? throw new HttpError(416, "");
        headers.ETag = $"\"{HeaderText.Of(attachment.Digest)}\"";
        context.Response.ContentType = attachment.ContentType is { } type ? HeaderText.Of(type) : null;
        var insecure = Insecure.Contains(attachment.ContentType?.Split(';')[0] ?? "") && !context.Database.Configuration.ServeInsecureTypes;
        if (context.Admin || insecure)
        {
            headers.ContentDisposition = "attachment";
        }

        if (attachment.Encoding is { } encoding && context.Query("content_encoding") == "false")
        {
            headers["X-Content-Encoding"] = HeaderText.Of(encoding);
            context.Response.ContentType = "application/gzip";
        }
        else if (attachment.Encoding is { } sent)
        {
            headers.ContentEncoding = HeaderText.Of(sent);
        }

        if (to - from < data.Length)
        {
            context.Response.StatusCode = 206;
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to - 1}/{data.Length}");
        }

        await context.WriteAsync(data.AsMemory(from, to - from));
    }

    public static async Task PutAsync(RequestContext context)
    {
        var asked = DocumentWriting.GetExpectedRevision(context);
        var content = await context.ReadWholeBodyAsync();
        var view = FindWritable(context, asked);
        var type = context.Request.ContentType is { Length: > 0 } given ? given : "application/octet-stream";
        var added = new Utf8Buffer().Append("{\"content_type\":"u8).Text(type)
            .Append(",\"data\":"u8).Text(Convert.ToBase64String(content.Span)).Append((byte)'}').Memory;
        await ReplaceAsync(context, asked, view, added, 201);
    }

    public static async Task DeleteAsync(RequestContext context)
    {
        var asked = DocumentWriting.GetExpectedRevision(context);
        if (context.Documents.Find(DocumentId.Check(context.Name))?.Read() is not { } current || (current.Deleted && asked is null))
        {
            throw new HttpError(404, "Document specified is not found");
        }

        var view = FindWritable(context, asked) ?? throw new HttpError(409, "Incorrect revision ID specified");
        if (view.Hidden || !view.Snapshot.Attachments.Any(one => one.Name == context.SubName))
        {
            throw new HttpError(404, $"Attachment {context.SubName} is not found");
        }

        await ReplaceAsync(context, asked, view, null, 200);
    }

    /// <summary>The key under which Sync Gateway stores the data.</summary>
    private static string KeyOf(string id, Attachment attachment) =>
        $"_sync:att2:{Convert.ToBase64String(SHA256.HashData(ByteText.ToBytes(id)))}:{attachment.Digest}";

    /// <summary>The revision to change; null when the document does not exist.</summary>
    private static RevisionView? FindWritable(RequestContext context, string? asked)
    {
        try
        {
            var view = RevisionView.Find(context.Documents.Find(DocumentId.Check(context.Name)), asked, context.Access, new());
            return asked is null ? throw new HttpError(409, "Cannot modify attachments without a specific rev ID") : view;
        }
        catch (HttpError error) when (error.Status == 404 && error.Message is "missing" or "deleted")
        {
            return null;
        }
    }

    private static async Task ReplaceAsync(
        RequestContext context, string? asked, RevisionView? view, ReadOnlyMemory<byte>? added, int status)
    {
        var stubs = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var isShown = view is { Hidden: false };
        foreach (var kept in isShown ? view!.Snapshot.Attachments : [])
        {
            stubs[kept.Name] = new Utf8Buffer().Append("{\"digest\":"u8).Text(kept.Digest).Append(",\"stub\":true}"u8).Memory;
        }

        stubs.Remove(context.SubName);
        if (added is { } one)
        {
            stubs[context.SubName] = one;
        }

        var body = CanonicalObject.Parse(isShown ? view!.Snapshot.Body!.Value : "{}"u8.ToArray())!;
        var special = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["_attachments"] = CanonicalObject.Parse("{}"u8.ToArray())!.With(stubs),
        };
        if (view is not null && (view.Snapshot.Deleted || view.Hidden))
        {
            // A body that the writer may not see has only this member, with which it cannot be written.
            special[view.Snapshot.Deleted ? "_deleted" : "_removed"] = "true"u8.ToArray();
        }

        RevisionId? parent = asked is null ? null : RevisionId.Parse(asked);
        var document = DocumentBody.Parse(body.With(special));
        var revision = await context.Database.PutAsync(context.Documents, context.Name, parent, document, context.Access);
        await DocumentWriting.ReplyWrittenAsync(context, status, context.Name, revision, tag: true);
    }
}
