using System.Globalization;

namespace OfflineActions.Contracts;

/// <summary>The names of one action's queues.</summary>
/// <param name="Work">The queue of the interactive lane that workers consume; the other names follow from it.</param>
public sealed record ActionQueues(string Work)
{
    private const string DelayInfix = "_delay_";

    /// <summary>The queue of the bulk lane that workers consume.</summary>
    public string Bulk => Work + "_bulk";

    /// <summary>Messages whose workers died too often; processed one at a time.</summary>
    public string Quarantine => Work + "_quarantine";

    /// <summary>Failed messages, kept for an operator.</summary>
    public string Error => Work + "_error";

    /// <summary>Messages that no consumer could read, kept for an operator.</summary>
    public string Skipped => Work + "_skipped";

    /// <summary>Messages that killed their worker in quarantine, too.</summary>
    public string Poison => Work + "_poison";

    /// <summary>Workers take no messages of the action while a message is in here: an <see cref="ActionPause"/>, or any other.</summary>
    public string Paused => Work + "_paused";

    /// <summary>The work queue of a lane.</summary>
    public string WorkOf(Lane lane) => lane is Lane.Bulk ? Bulk : Work;

    /// <summary>The lane to which the messages of a queue belong or return. Queues that both lanes share count as interactive.</summary>
    public Lane LaneOf(string queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue == Bulk || queue.StartsWith(Bulk + DelayInfix, StringComparison.Ordinal) ? Lane.Bulk : Lane.Interactive;
    }

    /// <summary>
    /// The queue in which messages wait for <paramref name="delay"/>, then return to the work queue of their lane: <c>…_delay_10s</c>.
    /// </summary>
    public string Delay(TimeSpan delay, Lane lane = Lane.Interactive) => WorkOf(lane) + DelayInfix + delay switch
    {
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerHour == 0 => FormatWhole(delay.TotalHours) + "h",
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerMinute == 0 => FormatWhole(delay.TotalMinutes) + "m",
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerSecond == 0 => FormatWhole(delay.TotalSeconds) + "s",
        { Ticks: > 0 } when delay.Ticks % TimeSpan.TicksPerMillisecond == 0 => FormatWhole(delay.TotalMilliseconds) + "ms",
        _ => throw new ArgumentOutOfRangeException(nameof(delay), delay, "A delay is a positive number of whole milliseconds."),
    };

    private static string FormatWhole(double number) => number.ToString("F0", CultureInfo.InvariantCulture);
}
