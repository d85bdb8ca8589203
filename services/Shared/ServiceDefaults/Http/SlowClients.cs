using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OfflineActions.ServiceDefaults.Http;

/// <summary>
/// How slow a client may be before its connection is closed, the same in every service. A waiting connection holds no thread, so other
/// clients are served all the same; closing slow connections bounds the memory they use.
/// </summary>
public static class SlowClients
{
    /// <summary>How many bytes a second a body must make on average, sent or received. A client on a phone has a hundred times that.</summary>
    public const double MinBytesPerSecond = 240;

    /// <summary>How long a client may take to send the headers of a request.</summary>
    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>After what time a body must have that rate.</summary>
    public static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    internal static void Limit(KestrelServerOptions server)
    {
        server.Limits.RequestHeadersTimeout = HeadersTimeout;
        server.Limits.MinRequestBodyDataRate = new MinDataRate(MinBytesPerSecond, GracePeriod);
        server.Limits.MinResponseDataRate = new MinDataRate(MinBytesPerSecond, GracePeriod);
    }
}
