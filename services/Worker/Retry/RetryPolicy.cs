using OfflineActions.Messaging;

namespace OfflineActions.Worker.Retry;

/// <summary>How long a message is delayed before its next delivery. Pure functions: from a state to a delay and the next state.</summary>
/// <remarks>
/// Each delay has a queue, for example <c>person-requested_delay_10s</c>. <see cref="DelayedRedelivery"/> sends a copy of the message
/// there, and the queue's time to live brings it back to the work queue.
/// </remarks>
/// <param name="Delays">The delays that have a queue, in ascending order.</param>
internal sealed record RetryPolicy(IReadOnlyList<TimeSpan> Delays)
{
    /// <summary>The index of the longest delay while Sync Gateway is unavailable, so that its recovery is noticed soon.</summary>
    private const int MaxDelayIndexWhileUnavailable = 1;

    /// <summary>The number of attempts: the first one, and one after each delay.</summary>
    public int MaxAttempts => Delays.Count + 1;

    /// <summary>After a failed attempt: the next longer delay, and at least <paramref name="retryAfter"/>.</summary>
    public Redelivery AfterFailure(RetryState state, TimeSpan? retryAfter, DateTimeOffset now) => AtLeast(
        Delays[Math.Min(state.Failures, Delays.Count - 1)],
        retryAfter,
        now,
        state with { Failures = state.Failures + 1, Deferrals = 0 });

    /// <summary>After an attempt during which Sync Gateway was unavailable. It counts no attempt, so it may happen without limit.</summary>
    public Redelivery AfterUnavailable(RetryState state, TimeSpan? retryAfter, DateTimeOffset now) => AtLeast(
        Delays[Math.Min(state.Deferrals, Math.Min(MaxDelayIndexWhileUnavailable, Delays.Count - 1))],
        retryAfter,
        now,
        state with { Deferrals = state.Deferrals + 1 });

    /// <summary>For a message that was delivered before its <see cref="RetryState.NotBefore"/>; null when that time has come.</summary>
    /// <remarks>
    /// The time is one on the wall, because workers share it. If it is later than any that this policy sets, the clock was set back since,
    /// and the message does not wait for the clock to come there again.
    /// </remarks>
    public Redelivery? WhenEarly(RetryState state, DateTimeOffset now) =>
        state.NotBefore - now is { Ticks: > 0 } remaining && remaining <= BusOptions.MaxLongestDelays * Delays[^1]
            ? AtLeast(TimeSpan.Zero, remaining, now, state)
            : null;

    /// <summary>
    /// The next of several delays until <paramref name="remaining"/> has passed. The last one ends less than the shortest delay late.
    /// </summary>
    public Redelivery Until(RetryState state, TimeSpan remaining) =>
        new(Delays.LastOrDefault(delay => delay <= remaining, Delays[0]), state with { NotBefore = null });

    private Redelivery AtLeast(TimeSpan delay, TimeSpan? retryAfter, DateTimeOffset now, RetryState state)
    {
        var longest = Delays[^1];
        var wait = retryAfter > delay ? retryAfter.Value : delay;
        if (wait <= longest)
        {
            return new Redelivery(Delays.First(candidate => candidate >= wait), state with { NotBefore = null });
        }

        wait = wait < BusOptions.MaxLongestDelays * longest ? wait : BusOptions.MaxLongestDelays * longest;
        return new Redelivery(longest, state with { NotBefore = now + wait });
    }
}

/// <summary>How long a message is delayed, and its state when it comes back.</summary>
/// <param name="Delay">One of the delays that have a queue.</param>
/// <param name="State">Its state at the next delivery.</param>
internal sealed record Redelivery(TimeSpan Delay, RetryState State)
{
    /// <summary>When the next attempt is, if the message is delayed now. It may take several delays until then.</summary>
    public DateTimeOffset FindNextAttempt(DateTimeOffset now) => State.NotBefore ?? (now + Delay);
}
