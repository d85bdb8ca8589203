using System.Globalization;

namespace OfflineActions.Contracts;

/// <summary>The queues one action's messages pass, as plain data: any client in any language can be given these names.</summary>
/// <param name="Work">Where workers take messages from; the other names follow from it.</param>
public sealed record ActionQueues(string Work)
{
    /// <summary>Messages whose worker died too often while holding them; worked one at a time.</summary>
    public string Quarantine => Work + "_quarantine";

    /// <summary>Messages that ended in failure, kept for an operator.</summary>
    public string Error => Work + "_error";

    /// <summary>Messages nobody understood, kept for an operator.</summary>
    public string Skipped => Work + "_skipped";

    /// <summary>Messages that killed their worker even when alone with it.</summary>
    public string Poison => Work + "_poison";

    /// <summary>Where messages wait for <paramref name="delay"/> before they come back to <see cref="Work"/>: <c>…_delay_10s</c>, <c>…_delay_1h</c>.</summary>
    public string Delay(TimeSpan delay) => Work + "_delay_" + delay switch
    {
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerHour == 0 => Whole(delay.TotalHours) + "h",
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerMinute == 0 => Whole(delay.TotalMinutes) + "m",
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerSecond == 0 => Whole(delay.TotalSeconds) + "s",
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerMillisecond == 0 => Whole(delay.TotalMilliseconds) + "ms",
        _ => throw new ArgumentOutOfRangeException(nameof(delay), delay, "A delay is a positive number of whole milliseconds."),
    };

    private static string Whole(double number) => number.ToString("F0", CultureInfo.InvariantCulture);
}
