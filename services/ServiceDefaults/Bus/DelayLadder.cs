namespace ServiceDefaults.Bus;

/// <summary>How long a message waits before it is tried again. Pure: what it has been through in, a step out.</summary>
/// <param name="Rungs">The delays there are queues for, growing.</param>
public sealed record DelayLadder(IReadOnlyList<TimeSpan> Rungs)
{
    /// <summary>Waiting for somebody else's service to come back stays at or below this step, so that its return is noticed soon.</summary>
    private const int HighestStepOfAWait = 1;

    /// <summary>A wait that somebody asks for is cut off at so many times the longest delay.</summary>
    private const int LongestDelays = 3;

    /// <summary>How many tries there are in all: the first, and one after each delay.</summary>
    public int Tries => Rungs.Count + 1;

    /// <summary>After one more failed try: a step further up each time, and at least <paramref name="retryAfter"/>.</summary>
    public Postponement AfterFailure(DeliveryHistory history, TimeSpan? retryAfter, DateTimeOffset now) =>
        For(Rungs[Math.Min(history.Failures, Rungs.Count - 1)], retryAfter, now, history with { Failures = history.Failures + 1, Waits = 0 });

    /// <summary>After a try that could not be made, through no fault of the message; as often as it takes.</summary>
    public Postponement AfterTrouble(DeliveryHistory history, TimeSpan? retryAfter, DateTimeOffset now) =>
        For(Rungs[Math.Min(history.Waits, Math.Min(HighestStepOfAWait, Rungs.Count - 1))], retryAfter, now, history with { Waits = history.Waits + 1 });

    /// <summary>For a message that came back before the time it has to wait for; null when that time has come.</summary>
    public Postponement? IfEarly(DeliveryHistory history, DateTimeOffset now) =>
        history.NotBefore > now ? For(TimeSpan.Zero, history.NotBefore - now, now, history) : null;

    /// <summary>Towards a time, in ever smaller steps, none of which passes it by more than the smallest one is long.</summary>
    public Postponement Towards(DeliveryHistory history, TimeSpan remaining) =>
        new(Rungs.LastOrDefault(rung => rung <= remaining, Rungs[0]), history with { NotBefore = null });

    private Postponement For(TimeSpan earned, TimeSpan? asked, DateTimeOffset now, DeliveryHistory history)
    {
        var longest = Rungs[^1];
        var wait = asked > earned ? asked.Value : earned;
        if (wait <= longest)
        {
            return new Postponement(Rungs.First(rung => rung >= wait), history with { NotBefore = null });
        }

        wait = wait < LongestDelays * longest ? wait : LongestDelays * longest;
        return new Postponement(longest, history with { NotBefore = now + wait });
    }
}

/// <summary>How long a message is put off, and what it has been through by then.</summary>
/// <param name="Delay">One of the delays there is a queue for.</param>
/// <param name="History">What it carries along.</param>
public sealed record Postponement(TimeSpan Delay, DeliveryHistory History);
