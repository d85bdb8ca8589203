using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The <c>_local</c> documents.</summary>
internal static class LocalResource
{
    public static Task GetAsync(RequestContext context)
    {
        var document = context.Documents.Locals.Find(context.Name) ?? throw new HttpError(404, "missing");
        return context.ReplyAsync(200, CanonicalObject.Parse(document.Body)!.With(
        [
            new("_id", new Utf8Buffer().Text("_local/" + document.Id).Memory),
            new("_rev", new Utf8Buffer().Text(document.Revision).Memory),
        ]));
    }

    public static async Task PutAsync(RequestContext context)
    {
        var document = context.Documents.Locals.Put(context.Name, await context.ReadObjectAsync());
        await context.ReplyAsync(201, new Utf8Buffer()
            .Append("{\"id\":"u8).Text("_local/" + document.Id)
            .Append(",\"ok\":true,\"rev\":"u8).Text(document.Revision).Append((byte)'}').Memory);
    }

    public static Task DeleteAsync(RequestContext context)
    {
        context.Documents.Locals.Delete(context.Name, context.Query("rev"));
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
