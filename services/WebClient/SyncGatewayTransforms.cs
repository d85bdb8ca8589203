using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace OfflineActions.WebClient;

/// <summary>Changes to requests and responses between the page and Sync Gateway.</summary>
internal static class SyncGatewayTransforms
{
    public static void Add(TransformBuilderContext transforms) => transforms
        // With this header, browsers open their own password dialog; the page has a form.
        .AddResponseHeaderRemove("WWW-Authenticate", ResponseCondition.Always)
        // Sync Gateway refuses sign-ins from other origins. ForeignSites has already checked the origin.
        .AddRequestHeaderRemove("Origin")
        .AddRequestTransform(RemoveOldSessionAsync)
        .AddRequestTransform(KeepRawTargetAsync);

    // Sync Gateway checks the cookie of an ended session first, and would refuse a sign-in with a correct password.
    private static ValueTask RemoveOldSessionAsync(RequestTransformContext request)
    {
        if (HttpMethods.IsPost(request.HttpContext.Request.Method) && request.Path == "/db/_session")
        {
            request.ProxyRequest.Headers.Remove("Cookie");
        }

        return default;
    }

    // Decoding and encoding again would change the document id 50%41 to 50A.
    private static ValueTask KeepRawTargetAsync(RequestTransformContext request)
    {
        if (request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is ['/', 'd', 'b', '/', ..] target)
        {
            request.ProxyRequest.RequestUri = new Uri(request.DestinationPrefix.TrimEnd('/') + target);
        }

        return default;
    }
}
