namespace ServiceDefaults.Bus;

/// <summary>How long a message waits before it is tried again. Pure: what it has been through in, a step out.</summary>
/// <param name="Delays">The delays there are queues for, growing.</param>
public sealed record RetryPolicy(IReadOnlyList<TimeSpan> Delays)
{
    /// <summary>Waiting for somebody else's service to come back stays at or below this step, so that its return is noticed soon.</summary>
    private const int HighestStepOfAWait = 1;

    /// <summary>A wait that somebody asks for is cut off at so many times the longest delay.</summary>
    private const int LongestDelays = 3;

    /// <summary>How many tries there are in all: the first, and one after each delay.</summary>
    public int MaxAttempts => Delays.Count + 1;

    /// <summary>After one more failed try: a step further up each time, and at least <paramref name="retryAfter"/>.</summary>
    public Redelivery AfterFailure(RetryState history, TimeSpan? retryAfter, DateTimeOffset now) =>
        For(Delays[Math.Min(history.Failures, Delays.Count - 1)], retryAfter, now, history with { Failures = history.Failures + 1, Deferrals = 0 });

    /// <summary>After a try that could not be made, through no fault of the message; as often as it takes.</summary>
    public Redelivery AfterUnavailable(RetryState history, TimeSpan? retryAfter, DateTimeOffset now) =>
        For(Delays[Math.Min(history.Deferrals, Math.Min(HighestStepOfAWait, Delays.Count - 1))], retryAfter, now, history with { Deferrals = history.Deferrals + 1 });

    /// <summary>For a message that came back before the time it has to wait for; null when that time has come.</summary>
    public Redelivery? WhenEarly(RetryState history, DateTimeOffset now) =>
        history.NotBefore > now ? For(TimeSpan.Zero, history.NotBefore - now, now, history) : null;

    /// <summary>Towards a time, in ever smaller steps, none of which passes it by more than the smallest one is long.</summary>
    public Redelivery Until(RetryState history, TimeSpan remaining) =>
        new(Delays.LastOrDefault(rung => rung <= remaining, Delays[0]), history with { NotBefore = null });

    private Redelivery For(TimeSpan earned, TimeSpan? asked, DateTimeOffset now, RetryState history)
    {
        var longest = Delays[^1];
        var wait = asked > earned ? asked.Value : earned;
        if (wait <= longest)
        {
            return new Redelivery(Delays.First(rung => rung >= wait), history with { NotBefore = null });
        }

        wait = wait < LongestDelays * longest ? wait : LongestDelays * longest;
        return new Redelivery(longest, history with { NotBefore = now + wait });
    }
}

/// <summary>How long a message is put off, and what it has been through by then.</summary>
/// <param name="Delay">One of the delays there is a queue for.</param>
/// <param name="State">What it carries along.</param>
public sealed record Redelivery(TimeSpan Delay, RetryState State);
