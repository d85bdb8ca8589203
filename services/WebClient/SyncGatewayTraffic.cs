using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace OfflineActions.WebClient;

/// <summary>What is changed on the way between the page and Sync Gateway.</summary>
internal static class SyncGatewayTraffic
{
    public static void Adapt(TransformBuilderContext transforms) => transforms
        // A browser that sees this asks for name and password itself, in a window of its own: the page has a form for that.
        .AddResponseHeaderRemove("WWW-Authenticate", ResponseCondition.Always)
        // Nobody may sign in who comes from another origin; whoever gets this far does not.
        .AddRequestHeaderRemove("Origin")
        .AddRequestTransform(SignInAfreshAsync)
        .AddRequestTransform(KeepSpellingAsync);

    // The cookie of a session that has ended would be refused before name and password are looked at.
    private static ValueTask SignInAfreshAsync(RequestTransformContext request)
    {
        if (HttpMethods.IsPost(request.HttpContext.Request.Method) && request.Path == "/db/_session")
        {
            request.ProxyRequest.Headers.Remove("Cookie");
        }

        return default;
    }

    // Decoding and encoding again would turn the document id 50%41 into 50A.
    private static ValueTask KeepSpellingAsync(RequestTransformContext request)
    {
        if (request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget is ['/', 'd', 'b', '/', ..] target)
        {
            request.ProxyRequest.RequestUri = new Uri(request.DestinationPrefix.TrimEnd('/') + target);
        }

        return default;
    }
}
