using System.Buffers;
using Cronos;

namespace OfflineActions.Gateway.Schedules;

/// <summary>The times of a cron expression in a time zone: whole seconds, in UTC, each once, in ascending order.</summary>
/// <remarks>
/// Where clocks go forward, times that do not exist are due together, at the moment of the change. Where clocks go back, a time that exists
/// twice is due once, the first time; but both times if the expression has an interval (<c>*</c>, <c>/</c> or <c>-</c>) in its seconds,
/// minutes or hours. These are Cronos's rules. Cronos only compares the clock on the wall here: in zones whose winter time counts as the
/// exception, such as Europe/Dublin, it leaves due times out, or repeats one for ever.
/// </remarks>
internal sealed class DueTimes
{
    private const int MinuteFields = 5;
    private const int SecondFields = 6;

    private static readonly SearchValues<char> Interval = SearchValues.Create("*/-?");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly CronExpression clock;
    private readonly TimeZoneInfo zone;
    private readonly bool isInterval;

    private DueTimes(CronExpression clock, TimeZoneInfo zone, bool isInterval) =>
        (this.clock, this.zone, this.isInterval) = (clock, zone, isInterval);

    /// <summary>Reads a cron expression of five fields, or of six with seconds first.</summary>
    /// <exception cref="FormatException">It is none. The message is a part of a sentence.</exception>
    public static DueTimes Parse(string cron, TimeZoneInfo zone)
    {
        var fields = cron.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (MinuteFields or SecondFields))
        {
            throw new FormatException($"it has {fields.Length} fields instead of 5, or 6 with seconds first");
        }

        try
        {
            var format = fields.Length == SecondFields ? CronFormat.IncludeSeconds : CronFormat.Standard;
            // The fields up to the hours.
            var isInterval = fields[..^3].Any(field => field.AsSpan().ContainsAny(Interval));
            return new DueTimes(CronExpression.Parse(string.Join(' ', fields), format), zone, isInterval);
        }
        catch (Exception error) when (error is CronFormatException or MissingSeedException)
        {
            throw new FormatException(error.Message, error);
        }
    }

    /// <summary>The first one after a time; null when there is none.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var from = after.UtcDateTime;
        from = from.AddTicks(-(from.Ticks % Second.Ticks));
        var isInclusive = false;
        while (true)
        {
            // Until the clock is changed, the time on the wall is the time in UTC and an offset.
            var offset = zone.GetUtcOffset(from);
            if (clock.GetNextOccurrence(from + offset, isInclusive) is not { } wall)
            {
                return null;
            }

            var next = wall - offset;
            if (FindChange(from, next, offset) is { } change)
            {
                var newOffset = zone.GetUtcOffset(change);
                if (wall < change + newOffset)
                {
                    return new DateTimeOffset(change, TimeSpan.Zero);
                }

                (from, isInclusive) = (change, true);
            }
            else if (!isInterval && IsShownAgain(wall, next, offset))
            {
                (from, isInclusive) = (next, false);
            }
            else
            {
                return new DateTimeOffset(next, TimeSpan.Zero);
            }
        }
    }

    /// <summary>The newest ones, at most <paramref name="max"/>, in ascending order.</summary>
    /// <param name="after">They are later than this.</param>
    /// <param name="through">They are this or earlier.</param>
    /// <param name="max">How many.</param>
    public IReadOnlyList<DateTimeOffset> Newest(DateTimeOffset after, DateTimeOffset through, int max)
    {
        // A search only goes forward, and a long time may have a million due times. So a short time is searched first.
        for (var window = TimeSpan.FromMinutes(1); ; window *= 8)
        {
            var isAll = through - after <= window;
            DateTimeOffset[] newest = [.. Walk(isAll ? after : through - window, through).TakeLast(max)];
            if (isAll || newest.Length == max)
            {
                return newest;
            }
        }
    }

    private IEnumerable<DateTimeOffset> Walk(DateTimeOffset after, DateTimeOffset through)
    {
        for (var next = Next(after); next <= through; next = Next(next.Value))
        {
            yield return next.Value;
        }
    }

    /// <summary>The second at which the clock is changed first, after <paramref name="from"/> and not after <paramref name="to"/>.</summary>
    private DateTime? FindChange(DateTime from, DateTime to, TimeSpan offset)
    {
        // No zone changes its clock forward and back on one day.
        while (from < to)
        {
            var until = to - from > Day ? from + Day : to;
            if (zone.GetUtcOffset(until) != offset)
            {
                while (until - from > Second)
                {
                    var middle = from.AddTicks((until - from).Ticks / 2 / Second.Ticks * Second.Ticks);
                    (from, until) = zone.GetUtcOffset(middle) == offset ? (middle, until) : (from, middle);
                }

                return until;
            }

            from = until;
        }

        return null;
    }

    /// <summary>Whether the clock has shown this time before, because it was set back on this day.</summary>
    private bool IsShownAgain(DateTime wall, DateTime time, TimeSpan offset) =>
        zone.GetUtcOffset(time - Day) is var before && before > offset && zone.GetUtcOffset(wall - before) == before;
}
