using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>How long and how often SWAPI is asked: one pipeline around all instances, one around each.</summary>
internal static class SwapiPipelines
{
    /// <summary>Around <see cref="HostFailover"/>: goes through the instances again, within the total time.</summary>
    public static void AddOuter(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var options = Prepared(pipeline, context);
        pipeline.AddTimeout(options.TotalTimeout);

        if (options.Rounds > 1)
        {
            pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<SwapiUnavailableException>(error => error.IsWorthRetryingNow),
                MaxRetryAttempts = options.Rounds - 1,

                // Long enough for a hiccup. What takes longer is for the message to wait out, not for a consumer's place in memory.
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(300),
                MaxDelay = TimeSpan.FromSeconds(2),
            });
        }
    }

    /// <summary>Around each instance: a limit on its time, and a pause for one that keeps failing, so that a dead one costs nothing.</summary>
    public static void AddPerHost(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var options = Prepared(pipeline, context);

        pipeline.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                .Handle<SwapiHostException>()
                .Handle<HttpRequestException>()
                .Handle<TimeoutRejectedException>(),

            // A worker that asks little still learns it within a minute; one proper answer in two keeps an instance in.
            FailureRatio = 0.6,
            MinimumThroughput = 3,
            SamplingDuration = TimeSpan.FromMinutes(1),
            BreakDuration = TimeSpan.FromSeconds(30),
        });

        pipeline.AddTimeout(options.AttemptTimeout);
    }

    private static SwapiOptions Prepared(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
        return context.ServiceProvider.GetRequiredService<IOptions<SwapiOptions>>().Value;
    }
}
