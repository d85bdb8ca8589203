namespace OfflineActions.WebClient;

/// <summary>Keeps pages of other origins from using this one's cookie, or a database that is open to guests.</summary>
internal static class ForeignSites
{
    /// <summary>Browsers say where a request comes from; other programs say nothing, and have no cookie to misuse.</summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/db") && context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
