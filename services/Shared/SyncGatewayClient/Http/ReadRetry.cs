using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace OfflineActions.SyncGateway;

/// <summary>Retries reads twice. A write is never retried here: its first try may have happened.</summary>
internal static class ReadRetry
{
    public static void Add(ResiliencePipelineBuilder<HttpResponseMessage> pipeline) => pipeline.AddRetry(new HttpRetryStrategyOptions
    {
        // Enough for a restarting proxy or a dropped connection. The caller retries after longer outages.
        MaxRetryAttempts = 2,
        Delay = TimeSpan.FromMilliseconds(100),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldRetryAfterHeader = false,
        ShouldHandle = attempt => ValueTask.FromResult(
            attempt.Context.GetRequestMessage()?.Method == HttpMethod.Get && IsTransient(attempt.Outcome)),
    });

    private static bool IsTransient(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException } => true,
        // An answer with Retry-After is not retried before that time.
        { Result: { } answer } => (int)answer.StatusCode >= 500 && answer.Headers.RetryAfter is null,
        _ => false,
    };
}
