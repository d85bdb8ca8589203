using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Http;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>
/// Keeps one source from holding every connection of the gateway: connections beyond its share are closed before anything is read, also
/// before the handshake of TLS. A reverse proxy brings the connections of many, so a known one has no share.
/// </summary>
internal sealed class SourceConnections(IOptions<GatewayOptions> options, RepeatedEvents repeated, ILogger<SourceConnections> log)
{
    private readonly ConcurrentDictionary<IPAddress, int> open = [];

    /// <summary>Adds the limit to an endpoint.</summary>
    public ConnectionDelegate Limit(ConnectionDelegate next) => async connection =>
    {
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } address || IsProxy(address))
        {
            await next(connection);
            return;
        }

        var source = FailedLogins.GetNetwork(address);
        try
        {
            if (open.AddOrUpdate(source, 1, (_, count) => count + 1) > options.Value.ConnectionsPerSource)
            {
                Report(source);
                connection.Abort();
                return;
            }

            await next(connection);
        }
        finally
        {
            Release(source);
        }
    };

    private bool IsProxy(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (options.Value.KnownProxies ?? []).Select(KnownProxies.Parse).Any(proxy => proxy?.Contains(plain) is true);
    }

    /// <summary>A source without a connection takes no memory.</summary>
    private void Release(IPAddress source)
    {
        if (open.AddOrUpdate(source, 0, (_, count) => count - 1) is 0)
        {
            open.TryRemove(KeyValuePair.Create(source, 0));
        }
    }

    private void Report(IPAddress source)
    {
        if (repeated.ShouldLog("connections", out var suppressed))
        {
            log.ConnectionRefused(source, options.Value.ConnectionsPerSource, suppressed);
        }
    }
}
