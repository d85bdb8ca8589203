namespace OfflineActions.Worker.Retry;

/// <summary>How long a message waits before it is tried again. Pure: a state in, a delay and the next state out.</summary>
/// <param name="Delays">The delays that have a queue, from short to long.</param>
internal sealed record RetryPolicy(IReadOnlyList<TimeSpan> Delays)
{
    /// <summary>While Sync Gateway is unavailable delays grow to this one only, so that its recovery is noticed soon.</summary>
    private const int LongestDelayWhileUnavailable = 1;

    /// <summary>A <c>Retry-After</c> longer than this many times the longest delay is shortened to that.</summary>
    private const int LongestDelays = 3;

    /// <summary>How many attempts there are: the first one, and one after each delay.</summary>
    public int MaxAttempts => Delays.Count + 1;

    /// <summary>After a failed attempt: the next longer delay, and at least <paramref name="retryAfter"/>.</summary>
    public Redelivery AfterFailure(RetryState state, TimeSpan? retryAfter, DateTimeOffset now) => AtLeast(
        Delays[Math.Min(state.Failures, Delays.Count - 1)],
        retryAfter,
        now,
        state with { Failures = state.Failures + 1, Deferrals = 0 });

    /// <summary>After an attempt that Sync Gateway made impossible. Counts no attempt, so it may happen without limit.</summary>
    public Redelivery AfterUnavailable(RetryState state, TimeSpan? retryAfter, DateTimeOffset now) => AtLeast(
        Delays[Math.Min(state.Deferrals, Math.Min(LongestDelayWhileUnavailable, Delays.Count - 1))],
        retryAfter,
        now,
        state with { Deferrals = state.Deferrals + 1 });

    /// <summary>For a message that was delivered before its <see cref="RetryState.NotBefore"/>; null when that time has come.</summary>
    public Redelivery? WhenEarly(RetryState state, DateTimeOffset now) =>
        state.NotBefore > now ? AtLeast(TimeSpan.Zero, state.NotBefore - now, now, state) : null;

    /// <summary>One delay towards a time that is <paramref name="remaining"/> away; the last one passes it by less than the shortest delay.</summary>
    public Redelivery Until(RetryState state, TimeSpan remaining) =>
        new(Delays.LastOrDefault(delay => delay <= remaining, Delays[0]), state with { NotBefore = null });

    private Redelivery AtLeast(TimeSpan delay, TimeSpan? retryAfter, DateTimeOffset now, RetryState state)
    {
        var longest = Delays[^1];
        var wait = retryAfter > delay ? retryAfter.Value : delay;
        if (wait <= longest)
        {
            return new Redelivery(Delays.First(known => known >= wait), state with { NotBefore = null });
        }

        wait = wait < LongestDelays * longest ? wait : LongestDelays * longest;
        return new Redelivery(longest, state with { NotBefore = now + wait });
    }
}

/// <summary>How long a message is delayed, and its state when it comes back.</summary>
/// <param name="Delay">One of the delays that have a queue.</param>
/// <param name="State">What it has been through by then.</param>
internal sealed record Redelivery(TimeSpan Delay, RetryState State);
