using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace OfflineActions.WebClient;

/// <summary>Refuses requests from pages of other origins, which could use the session cookie or guest access.</summary>
internal sealed class ForeignSites(IServer server, IOptions<WebClientOptions> options)
{
    private readonly IReadOnlyCollection<Uri> origins = options.Value.Origins;

    public Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        // Probes and load balancers use host names of their own.
        if (!context.Request.Path.StartsWithSegments("/health") && !IsOwnHost(context.Request.Host.Host))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return context.Response.WriteAsync("This host name is not configured: see WebClient:Origins.");
        }

        if (context.Request.Path.StartsWithSegments("/db") && !IsOwnPage(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        return next(context);
    }

    /// <summary>
    /// Whether a browser may know this server by that name. Otherwise any name that resolves to this server would become an origin of the
    /// page (DNS rebinding). An address needs no check: nobody can make it resolve to another one.
    /// </summary>
    private bool IsOwnHost(string host) =>
        Uri.CheckHostName(host.Trim('[', ']')) is UriHostNameType.IPv4 or UriHostNameType.IPv6
        || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || origins.Any(origin => IsSame(origin.Host, host))
        || ListeningHosts().Any(name => IsSame(name, host));

    private IEnumerable<string> ListeningHosts() =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(address => BindingAddress.Parse(address).Host);

    // Browsers send Origin with each upgrade and each write, and Sec-Fetch-Site with everything but upgrades.
    private bool IsOwnPage(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        var isUpgrade = request.Headers.ContainsKey("Upgrade") || HttpMethods.IsConnect(request.Method);
        return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
            && (origin.Count == 0 ? !isUpgrade : IsOwnOrigin(origin.ToString(), request));
    }

    private bool IsOwnOrigin(string text, HttpRequest request) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin)
        && (origins.Any(own => IsSameOrigin(own, origin))
            || (Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var page) && IsSameOrigin(page, origin)));

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && IsSame(one.Host, other.Host) && one.Port == other.Port;

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
