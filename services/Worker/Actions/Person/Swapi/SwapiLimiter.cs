using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Limits this worker's requests to SWAPI to <see cref="SwapiOptions.RequestsPerSecond"/>. Requests wait in a queue.</summary>
internal sealed class SwapiLimiter : IDisposable
{
    private readonly TokenBucketRateLimiter? limiter;

    public SwapiLimiter(IOptions<SwapiOptions> options)
    {
        if (options.Value.RequestsPerSecond is { } rate)
        {
            limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                // One at a time and evenly: instances count each second, and a burst around its end would be twice the rate.
                TokenLimit = 1,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1 / rate),
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            });
        }
    }

    /// <summary>Completes when the request may be sent.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        if (limiter is not null)
        {
            using var lease = await limiter.AcquireAsync(1, cancellationToken);
        }
    }

    public void Dispose() => limiter?.Dispose();
}
