namespace OfflineActions.ServiceDefaults;

/// <summary>
/// A clock that never jumps: the time on the wall when it was created, plus the time that has passed since. For pauses, cooldowns and times
/// to live, which a correction of the machine's clock must neither prolong nor end. Only times in documents and messages are compared with
/// the wall clock.
/// </summary>
/// <param name="clock">The clock whose time on the wall may jump.</param>
public sealed class MonotonicClock(TimeProvider clock) : TimeProvider
{
    private readonly DateTimeOffset createdAt = clock.GetUtcNow();
    private readonly long created = clock.GetTimestamp();

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    /// <inheritdoc />
    public override long TimestampFrequency => clock.TimestampFrequency;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => createdAt + clock.GetElapsedTime(created);

    /// <inheritdoc />
    public override long GetTimestamp() => clock.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
