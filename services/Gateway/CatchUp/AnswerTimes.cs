namespace OfflineActions.Gateway.CatchUp;

/// <summary>The longest time from a message to its answer, among the answers of the last one to two minutes.</summary>
internal sealed class AnswerTimes
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private TimeSpan periodEnd = TimeSpan.MinValue;
    private TimeSpan? inThisPeriod;
    private TimeSpan? inTheLast;

    /// <summary>The longest; null when there was no answer.</summary>
    public TimeSpan? Longest => inThisPeriod > inTheLast || inTheLast is null ? inThisPeriod : inTheLast;

    /// <summary>An answer came.</summary>
    /// <param name="time">How long it took.</param>
    /// <param name="now">The time on a monotonic clock.</param>
    public void Add(TimeSpan time, TimeSpan now)
    {
        Advance(now);
        inThisPeriod = inThisPeriod > time ? inThisPeriod : time;
    }

    /// <summary>Time passes: older answers are forgotten.</summary>
    public void Advance(TimeSpan now)
    {
        if (now < periodEnd)
        {
            return;
        }

        inTheLast = now - Period < periodEnd ? inThisPeriod : null;
        inThisPeriod = null;
        periodEnd = now + Period;
    }
}
