using System.Threading.RateLimiting;

namespace OfflineActions.Operator.Serve.State;

/// <summary>
/// Lets only so many look into queues on their own. To look at a message counts as a delivery, and after a million the broker drops it: whoever
/// may only look must not be able to bring that about. At one a second that takes over eleven days without a pause.
/// </summary>
internal sealed class LookTurns : IDisposable
{
    /// <summary>How many looks people may make at once, after a while without any.</summary>
    public const int Burst = 20;

    /// <summary>How many may wait for their turn.</summary>
    public const int MaxWaiting = 30;

    private readonly TokenBucketRateLimiter limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Burst,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = MaxWaiting,
    });

    /// <summary>Waits for a turn.</summary>
    /// <exception cref="UnavailableException">Too many wait already.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        using var lease = await limiter.AcquireAsync(permitCount: 1, cancellationToken);
        if (!lease.IsAcquired)
        {
            throw new UnavailableException("Too many people look into the queues at this moment. Try again in a minute.");
        }
    }

    public void Dispose() => limiter.Dispose();
}
