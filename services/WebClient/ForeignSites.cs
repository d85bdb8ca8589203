namespace OfflineActions.WebClient;

/// <summary>Refuses requests from pages of other origins, which could use the session cookie or guest access.</summary>
internal static class ForeignSites
{
    /// <summary>Browsers send Sec-Fetch-Site. Other programs do not, and have no cookie to misuse.</summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/db")
            && context.Request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none"))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
