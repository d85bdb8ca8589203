using Microsoft.Extensions.Time.Testing;

namespace OfflineActions.Tests.Worker;

/// <summary>A clock whose time on the wall can be set, as on a machine whose clock is corrected. The time that passes is not changed by that.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private readonly FakeTimeProvider passing = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
    private TimeSpan correction;

    public override long TimestampFrequency => passing.TimestampFrequency;

    /// <summary>Corrects the time on the wall.</summary>
    public void Jump(TimeSpan by) => correction += by;

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan by) => passing.Advance(by);

    public override DateTimeOffset GetUtcNow() => passing.GetUtcNow() + correction;

    public override long GetTimestamp() => passing.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        passing.CreateTimer(callback, state, dueTime, period);
}
