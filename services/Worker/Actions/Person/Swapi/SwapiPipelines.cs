using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Timeouts, retries and circuit breakers: one pipeline around all instances, one around each.</summary>
internal static class SwapiPipelines
{
    /// <summary>Around <see cref="HostFailover"/>: retries all instances within the total timeout.</summary>
    public static void AddOuter(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var options = Prepare(pipeline, context);
        pipeline.AddTimeout(options.TotalTimeout);

        if (options.Rounds > 1)
        {
            pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<SwapiUnavailableException>(error => error.IsWorthRetryingNow),
                MaxRetryAttempts = options.Rounds - 1,

                // Long enough for a short disturbance. For a longer one the message waits in a delay queue, not in the worker.
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(300),
                MaxDelay = TimeSpan.FromSeconds(2),
            });
        }
    }

    /// <summary>Around each instance: a timeout, and a circuit breaker that skips an instance which keeps failing.</summary>
    public static void AddPerHost(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        var options = Prepare(pipeline, context);

        pipeline.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                .Handle<SwapiHostException>()
                .Handle<HttpRequestException>()
                .Handle<TimeoutRejectedException>(),

            // Three requests a minute are enough to open it. An instance with one valid response in two stays in use.
            FailureRatio = 0.6,
            MinimumThroughput = 3,
            SamplingDuration = TimeSpan.FromMinutes(1),
            BreakDuration = TimeSpan.FromSeconds(30),
        });

        pipeline.AddTimeout(options.AttemptTimeout);
    }

    private static SwapiOptions Prepare(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, ResilienceHandlerContext context)
    {
        // A circuit breaker of this library closes at a time on the wall.
        pipeline.TimeProvider = new MonotonicClock(context.ServiceProvider.GetRequiredService<TimeProvider>());
        return context.ServiceProvider.GetRequiredService<IOptions<SwapiOptions>>().Value;
    }
}
