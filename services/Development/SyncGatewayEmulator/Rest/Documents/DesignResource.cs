namespace OfflineActions.Emulators.Rest;

/// <summary>Design documents: stored for administrators; views are not run.</summary>
internal static class DesignResource
{
    public static Task GetAsync(RequestContext context) => context.ReplyAsync(200, Find(context));

    public static async Task PutAsync(RequestContext context)
    {
        Check(context);
        context.Database.Designs[context.Name] = (await context.ReadObjectAsync()).Bytes;
        context.Response.StatusCode = 201;
        context.Response.ContentLength = 0;
    }

    public static Task DeleteAsync(RequestContext context)
    {
        Check(context);
        context.Response.ContentLength = 0;
        return context.Database.Designs.TryRemove(context.Name, out _) ? Task.CompletedTask : throw new HttpError(404, "missing");
    }

    public static Task ViewAsync(RequestContext context)
    {
        Find(context);
        throw new HttpError(501, "an emulated Sync Gateway runs no views");
    }

    private static byte[] Find(RequestContext context)
    {
        Check(context);
        return context.Database.Designs.GetValueOrDefault(context.Name) ?? throw new HttpError(404, "missing");
    }

    /// <summary>Only administrators have access, and only to design documents that are not Sync Gateway's own.</summary>
    private static void Check(RequestContext context)
    {
        if (!context.Admin || context.Name.StartsWith("sync_", StringComparison.Ordinal))
        {
            throw new HttpError(403, "forbidden");
        }
    }
}
