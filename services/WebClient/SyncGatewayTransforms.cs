using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace OfflineActions.WebClient;

/// <summary>Changes to requests and responses between the page and Sync Gateway.</summary>
internal static class SyncGatewayTransforms
{
    public static void Add(TransformBuilderContext transforms) => transforms
        // With this header, browsers open their own password dialog; the page has a form.
        .AddResponseHeaderRemove("WWW-Authenticate", ResponseCondition.Always)
        .AddResponseTransform(RestrictCookiesAsync)
        // Sync Gateway refuses sign-ins from other origins. ForeignSites has already checked the origin.
        .AddRequestHeaderRemove("Origin")
        .AddRequestTransform(RemoveOldSessionAsync)
        .AddRequestTransform(SetTargetAsync);

    // Sync Gateway checks the cookie of an ended session first, and would refuse a sign-in with a correct password.
    private static ValueTask RemoveOldSessionAsync(RequestTransformContext request)
    {
        if (HttpMethods.IsPost(request.HttpContext.Request.Method) && request.Path == "/db/_session")
        {
            request.ProxyRequest.Headers.Remove("Cookie");
        }

        return default;
    }

    // A response status that a transform sets ends the request: nothing is forwarded.
    private static ValueTask SetTargetAsync(RequestTransformContext request)
    {
        var raw = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        request.ProxyRequest.RequestUri = DatabaseTarget.Create(request.DestinationPrefix, raw);
        if (request.ProxyRequest.RequestUri is null)
        {
            request.HttpContext.Response.StatusCode = StatusCodes.Status400BadRequest;
        }

        return default;
    }

    // Browsers send the session only with requests of this site's pages, and show it to no script. A cookie that cannot be read is dropped.
    private static ValueTask RestrictCookiesAsync(ResponseTransformContext response)
    {
        var (request, headers) = (response.HttpContext.Request, response.HttpContext.Response.Headers);
        var isSecure = request.IsHttps || request.Headers.Origin.ToString().StartsWith("https://", StringComparison.Ordinal);
        var restricted = new List<string>();
        foreach (var text in headers.SetCookie)
        {
            if (SetCookieHeaderValue.TryParse(text, out var cookie))
            {
                cookie.SameSite = Microsoft.Net.Http.Headers.SameSiteMode.Strict;
                cookie.HttpOnly = true;
                cookie.Secure |= isSecure;
                restricted.Add(cookie.ToString());
            }
        }

        headers.SetCookie = restricted.ToArray();
        return default;
    }
}
