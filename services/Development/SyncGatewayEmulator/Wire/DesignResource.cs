namespace OfflineActions.Emulators.Wire;

/// <summary>Design documents: kept for administrators, but their views are not run.</summary>
internal static class DesignResource
{
    public static Task GetAsync(Exchange exchange) => exchange.ReplyAsync(200, Find(exchange));

    public static async Task PutAsync(Exchange exchange)
    {
        Check(exchange);
        exchange.Database.Designs[exchange.Name] = (await exchange.ReadObjectAsync()).Bytes;
        exchange.Response.StatusCode = 201;
        exchange.Response.ContentLength = 0;
    }

    public static Task DeleteAsync(Exchange exchange)
    {
        Check(exchange);
        exchange.Response.ContentLength = 0;
        return exchange.Database.Designs.TryRemove(exchange.Name, out _) ? Task.CompletedTask : throw new HttpError(404, "missing");
    }

    public static Task ViewAsync(Exchange exchange)
    {
        Find(exchange);
        throw new HttpError(501, "an emulated Sync Gateway runs no views");
    }

    private static byte[] Find(Exchange exchange)
    {
        Check(exchange);
        return exchange.Database.Designs.GetValueOrDefault(exchange.Name) ?? throw new HttpError(404, "missing");
    }

    /// <summary>They are for administrators, except those of Sync Gateway itself, which are for nobody.</summary>
    private static void Check(Exchange exchange)
    {
        if (!exchange.Admin || exchange.Name.StartsWith("sync_", StringComparison.Ordinal))
        {
            throw new HttpError(403, "forbidden");
        }
    }
}
