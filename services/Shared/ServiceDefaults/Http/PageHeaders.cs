using Microsoft.AspNetCore.Http;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>Security headers: a page may load files of its own origin and connect to it, and nothing else.</summary>
/// <param name="trustedTypes">
/// The policies that may turn strings into HTML or scripts; <c>'none'</c> for no policy. Without a policy, nothing can.
/// </param>
/// <param name="referrerPolicy">
/// <c>no-referrer</c>, or <c>same-origin</c> for a page with forms: without a referrer, browsers send them with the origin <c>null</c>.
/// </param>
/// <param name="images">Where images may come from, for example <c>'self' blob:</c> for a page that shows pictures of its own.</param>
public sealed class PageHeaders(string trustedTypes, string referrerPolicy, string images = "'self'")
{
    private readonly string contentSecurityPolicy =
        $"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        + $"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types {trustedTypes}";

    /// <summary>Adds them to the answer of every request.</summary>
    public Task AddAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = contentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = referrerPolicy;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    }
}
