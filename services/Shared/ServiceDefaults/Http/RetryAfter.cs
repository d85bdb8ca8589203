namespace OfflineActions.ServiceDefaults.Http;

/// <summary>Reads the <c>Retry-After</c> header.</summary>
public static class RetryAfter
{
    /// <summary>How long the server asks to wait: never less than zero; null when it does not say.</summary>
    public static TimeSpan? GetRetryAfter(this HttpResponseMessage response, TimeProvider clock)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
