using System.CommandLine;
using System.Threading.RateLimiting;

namespace OfflineActions.Operator.Options;

/// <summary>The option <c>--rate</c> and the rate limiter that keeps to it.</summary>
internal static class RateOption
{
    private const double Lowest = 0.001;
    private const double Highest = 100_000;

    // The timer of the limiter counts whole milliseconds, so shorter periods than this would be rounded too much.
    private const double ShortestPeriodMilliseconds = 10;

    public static Option<double> Create(double defaultRate)
    {
        var option = new Option<double>("--rate") { Description = "the maximum number per second", DefaultValueFactory = _ => defaultRate };
        option.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && given.GetValue(option) is not (>= Lowest and <= Highest))
            {
                given.AddError("--rate takes a number from 0.001 to 100000.");
            }
        });
        return option;
    }

    /// <summary>A limiter that allows <paramref name="perSecond"/>, spread evenly. A pause earns at most a burst of 10 ms.</summary>
    public static RateLimiter CreateLimiter(double perSecond)
    {
        var tokens = Math.Ceiling(perSecond * ShortestPeriodMilliseconds / 1_000);
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = (int)tokens,
            TokensPerPeriod = (int)tokens,
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(Math.Ceiling(tokens * 1_000 / perSecond)),
            QueueLimit = 1,
        });
    }
}
