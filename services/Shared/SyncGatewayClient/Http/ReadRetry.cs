using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace OfflineActions.SyncGateway;

/// <summary>A second and a third try for reads. A write is never repeated here: its first try may have happened.</summary>
internal static class ReadRetry
{
    public static void Add(ResiliencePipelineBuilder<HttpResponseMessage> pipeline) => pipeline.AddRetry(new HttpRetryStrategyOptions
    {
        // Enough for a restarting proxy or a dropped connection; what lasts longer is the caller's to wait for.
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
        // One that says when to come back is taken at its word.
        { Result: { } answer } => (int)answer.StatusCode >= 500 && answer.Headers.RetryAfter is null,
        _ => false,
    };
}
