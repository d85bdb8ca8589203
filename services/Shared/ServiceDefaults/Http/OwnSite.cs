using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>Tells requests of a server's own pages from those of other sites, which could use what the browser sends along.</summary>
/// <param name="server">The server.</param>
/// <param name="origins">The addresses at which browsers open the pages, beside those that the server listens at.</param>
public sealed class OwnSite(IServer server, IReadOnlyCollection<Uri> origins)
{
    /// <summary>
    /// Whether a browser may know this server by that name. Otherwise any name that resolves to this server would become an origin of the
    /// page (DNS rebinding). An address needs no check: nobody can make it resolve to another one.
    /// </summary>
    public bool IsOwnHost(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return Uri.CheckHostName(host.Trim('[', ']')) is UriHostNameType.IPv4 or UriHostNameType.IPv6
            || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || origins.Any(origin => IsSame(origin.Host, host))
            || ListeningHosts().Any(name => IsSame(name, host));
    }

    /// <summary>Whether a request comes from one of the server's own pages, or from no page at all.</summary>
    /// <remarks>Browsers send Origin with each upgrade and each write, and Sec-Fetch-Site with everything but upgrades.</remarks>
    public bool IsOwnPage(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var origin = request.Headers.Origin;
        var isUpgrade = request.Headers.ContainsKey("Upgrade") || HttpMethods.IsConnect(request.Method);
        return request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none"
            && (origin.Count == 0 ? !isUpgrade : IsOwnOrigin(origin.ToString(), request));
    }

    private static bool IsSameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && IsSame(one.Host, other.Host) && one.Port == other.Port;

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> ListeningHosts() =>
        (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(address => BindingAddress.Parse(address).Host);

    private bool IsOwnOrigin(string text, HttpRequest request) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin)
        && (origins.Any(own => IsSameOrigin(own, origin))
            || (Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var page) && IsSameOrigin(page, origin)));
}
