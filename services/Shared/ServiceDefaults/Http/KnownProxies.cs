using System.Net;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>The reverse proxies whose headers a service believes.</summary>
public static class KnownProxies
{
    private const int MappedPrefix = 96;

    /// <summary>
    /// An address such as <c>10.0.0.5</c> or a network such as <c>10.0.0.0/24</c>; null for anything else. One of IPv4 that is written as one
    /// of IPv6 (<c>::ffff:10.0.0.5</c>) is that of IPv4.
    /// </summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? Plain(network.BaseAddress, network.PrefixLength)
        : IPAddress.TryParse(text, out var address) ? Plain(address, 8 * address.GetAddressBytes().Length)
        : null;

    private static IPNetwork Plain(IPAddress address, int length) => address.IsIPv4MappedToIPv6 && length >= MappedPrefix
        ? new(address.MapToIPv4(), length - MappedPrefix)
        : new(address, length);
}
