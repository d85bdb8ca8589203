using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Holds this worker's requests to SWAPI to <see cref="SwapiOptions.RequestsPerSecond"/>; they wait their turn in order.</summary>
internal sealed class SwapiLimiter : IDisposable
{
    private readonly TokenBucketRateLimiter? limiter;

    public SwapiLimiter(IOptions<SwapiOptions> options)
    {
        if (options.Value.RequestsPerSecond is { } rate)
        {
            limiter = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                // One at a time and evenly: instances count by the second, and a burst at its turn would be twice the rate.
                TokenLimit = 1,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1 / rate),
                QueueLimit = int.MaxValue,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            });
        }
    }

    /// <summary>Completes when it is this request's turn.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        if (limiter is not null)
        {
            using var turn = await limiter.AcquireAsync(1, cancellationToken);
        }
    }

    public void Dispose() => limiter?.Dispose();
}
