namespace OfflineActions.Messaging.Tls;

/// <summary>HTTP to the broker's management API.</summary>
public static class BrokerHttp
{
    /// <summary>A handler that checks the certificate of the management API as that of the broker is checked.</summary>
    public static HttpMessageHandler CreateHandler(BusTls settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return BrokerTls.CreateHandler(settings);
    }
}
