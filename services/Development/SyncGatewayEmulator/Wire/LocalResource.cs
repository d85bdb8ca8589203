using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Wire;

/// <summary>The <c>_local</c> documents.</summary>
internal static class LocalResource
{
    public static Task GetAsync(Exchange exchange)
    {
        var document = exchange.Documents.Locals.Find(exchange.Name) ?? throw new HttpError(404, "missing");
        return exchange.ReplyAsync(200, CanonicalObject.Parse(document.Body)!.With(
        [
            new("_id", new Utf8Buffer().Text("_local/" + document.Id).Memory),
            new("_rev", new Utf8Buffer().Text(document.Revision).Memory),
        ]));
    }

    public static async Task PutAsync(Exchange exchange)
    {
        var document = exchange.Documents.Locals.Put(Name(exchange), await exchange.ReadObjectAsync());
        await exchange.ReplyAsync(201, new Utf8Buffer()
            .Append("{\"id\":"u8).Text("_local/" + document.Id)
            .Append(",\"ok\":true,\"rev\":"u8).Text(document.Revision).Append((byte)'}').Memory);
    }

    public static Task DeleteAsync(Exchange exchange)
    {
        exchange.Documents.Locals.Delete(exchange.Name, exchange.Query("rev"));
        exchange.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static string Name(Exchange exchange) => exchange.Name.Length > 0 ? exchange.Name : throw new HttpError(400, "Invalid doc ID");
}
