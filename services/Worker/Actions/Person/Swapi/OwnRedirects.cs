using System.Net;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>
/// Follows the two redirects that public instances of SWAPI send: to HTTPS, and to the address with or without a slash at its end. Any
/// other would let an instance choose where this worker's requests go, for example to a server of the worker's own network.
/// </summary>
internal sealed class OwnRedirects : DelegatingHandler
{
    /// <summary>One for HTTPS and one for the slash.</summary>
    private const int MaxRedirects = 2;

    /// <summary>Whether a redirect leads to the same resource of the same host.</summary>
    /// <param name="from">The address that was requested.</param>
    /// <param name="to">The address in <c>Location</c>, absolute.</param>
    public static bool IsOwn(Uri from, Uri to) =>
        from.IdnHost == to.IdnHost
        && to is { UserInfo: "", Fragment: "" }
        && from.PathAndQuery.TrimEnd('/') == to.PathAndQuery.TrimEnd('/')
        && ((from.Scheme == to.Scheme && from.Port == to.Port)
            || (from is { Scheme: "http", IsDefaultPort: true } && to is { Scheme: "https", IsDefaultPort: true }));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        for (var redirects = 0; redirects < MaxRedirects && FindTarget(request, response) is { } target; redirects++)
        {
            response.Dispose();
            request = HostFailover.CopyTo(target, request);
            response = await base.SendAsync(request, cancellationToken);
        }

        return response;
    }

    private static Uri? FindTarget(HttpRequestMessage request, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
        && Uri.TryCreate(request.RequestUri, location, out var target)
        && IsOwn(request.RequestUri!, target)
            ? target
            : null;
}
