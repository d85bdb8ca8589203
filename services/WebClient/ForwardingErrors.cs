using OfflineActions.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace OfflineActions.WebClient;

/// <summary>
/// Logs when Sync Gateway cannot be reached for the page, on one line and at most once a minute. What a device breaks off, or sends too
/// slowly, is not logged: any device could fill the log. The proxy's own events are switched off, because each carries a long stack.
/// </summary>
internal sealed class ForwardingErrors(RepeatedEvents repeated, ILogger<ForwardingErrors> log)
{
    /// <summary>The category of the proxy's own events.</summary>
    public const string ProxyCategory = "Yarp.ReverseProxy.Forwarder";

    public async Task LogAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<IForwarderErrorFeature>() is { } failed
            && IsOfSyncGateway(failed.Error)
            && repeated.ShouldLog($"{nameof(Log.SyncGatewayNotReached)} {failed.Error}", out var suppressed))
        {
            log.SyncGatewayNotReached(failed.Error.ToString(), failed.Exception?.GetBaseException().Message ?? "no reason", suppressed);
        }
    }

    private static bool IsOfSyncGateway(ForwarderError error) => error is
        ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestCreation
        or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination or ForwarderError.ResponseHeaders
        or ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination or ForwarderError.NoAvailableDestinations;
}
