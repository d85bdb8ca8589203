namespace OfflineActions.SyncGateway;

/// <summary>Retries a read twice after a failed connection or a 5xx. A write is never retried here: its first try may have happened.</summary>
/// <remarks>Enough for a restarting proxy or a dropped connection. The caller retries after longer outages.</remarks>
internal sealed class ReadRetry(TimeProvider clock) : DelegatingHandler
{
    private const int MaxRetries = 2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        for (var retries = 0; retries < MaxRetries && request.Method == HttpMethod.Get; retries++, delay *= 2)
        {
            try
            {
                var answer = await base.SendAsync(request, cancellationToken);
                if (!IsTransient(answer))
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (HttpRequestException)
            {
                // Tried again; what the last try throws reaches the caller.
            }

            // Spread over half to one and a half of the delay, because all requests fail at the same moment.
            await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
        }

        return await base.SendAsync(request, cancellationToken);
    }

    // An answer with Retry-After is not retried before that time.
    private static bool IsTransient(HttpResponseMessage answer) => (int)answer.StatusCode >= 500 && answer.Headers.RetryAfter is null;
}
