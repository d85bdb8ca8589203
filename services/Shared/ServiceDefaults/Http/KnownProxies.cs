using System.Net;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>The reverse proxies whose headers a service believes.</summary>
public static class KnownProxies
{
    /// <summary>An address such as <c>10.0.0.5</c> or a network such as <c>10.0.0.0/24</c>; null for anything else.</summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : null;
}
