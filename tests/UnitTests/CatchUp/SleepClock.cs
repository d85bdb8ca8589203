using Microsoft.Extensions.Time.Testing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>
/// A clock that stands still until a test moves it, and knows who sleeps on it. The time limit of a request is no sleep: it neither ends
/// nor begins one.
/// </summary>
internal sealed class SleepClock : FakeTimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Sleep> sleeps = [];
    private int ended;

    /// <summary>How many sleeps have ended because their time was over.</summary>
    public int Ended => Volatile.Read(ref ended);

    /// <summary>How long each sleep lasts that has not ended, the shortest first. One that is repeated never ends.</summary>
    public IReadOnlyList<TimeSpan> Sleeps
    {
        get
        {
            lock (gate)
            {
                return [.. sleeps.Select(sleep => sleep.Time).Order()];
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is CancellationTokenSource)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        var sleep = new Sleep(this);
        sleep.Set(dueTime, period);
        sleep.Timer = base.CreateTimer(
            argument =>
            {
                sleep.End();
                callback(argument);
            },
            state,
            dueTime,
            period);
        return sleep;
    }

    private sealed class Sleep(SleepClock clock) : ITimer
    {
        private bool isRepeated;

        public TimeSpan Time { get; private set; }

        public ITimer? Timer { get; set; }

        public void Set(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                (Time, isRepeated) = (dueTime, period != Timeout.InfiniteTimeSpan);
                clock.sleeps.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock.sleeps.Add(this);
                }
            }
        }

        public void End()
        {
            Interlocked.Increment(ref clock.ended);
            if (!isRepeated)
            {
                Remove();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Set(dueTime, period);
            return Timer!.Change(dueTime, period);
        }

        public void Dispose()
        {
            Remove();
            Timer?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Remove()
        {
            lock (clock.gate)
            {
                clock.sleeps.Remove(this);
            }
        }
    }
}
