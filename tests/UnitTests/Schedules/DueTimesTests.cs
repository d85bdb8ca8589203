using System.Globalization;
using Cronos;
using CsCheck;
using OfflineActions.Gateway.Schedules;

namespace OfflineActions.Tests.Schedules;

public sealed class DueTimesTests
{
    private static readonly string[] Expressions =
    [
        "* * * * *", "*/30 * * * *", "15,45 * * * *", "0 * * * *", "0 0 * * *", "30 1 * * *", "30 2 * * *", "0 3 * * *", "15 1-4 * * *",
        "0,30 0,1,2,3 * * *", "*/7 2 * * *", "0 12 * * 1-5", "59 23 L * *", "0 2 29 2 *", "30 30 2 * * *", "0/20 59 1 * * *",
    ];

    /// <summary>Clocks go from 02:00 to 03:00 at 01:00Z on 29 March, and from 03:00 to 02:00 at 01:00Z on 25 October.</summary>
    [TestCase("30 1 * * *", "2026-03-29T00:00Z", "2026-03-29T00:30Z 2026-03-29T23:30Z", TestName = "Before_the_gap")]
    [TestCase("30 2 * * *", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T00:30Z", TestName = "In_the_gap_it_is_due_at_the_change")]
    [TestCase("0 3 * * *", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T01:00Z", TestName = "At_the_end_of_the_gap")]
    [TestCase("15,45 2 * * *", "2026-03-29T00:00Z", "2026-03-29T01:00Z 2026-03-30T00:15Z", TestName = "Two_in_the_gap_are_due_once")]
    [TestCase(
        "*/30 * * * *", "2026-03-29T00:00Z", "2026-03-29T00:30Z 2026-03-29T01:00Z 2026-03-29T01:30Z", TestName = "An_interval_over_the_gap")]
    [TestCase("30 2 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z", TestName = "A_time_that_exists_twice_is_due_once")]
    [TestCase("0 3 * * *", "2026-10-24T12:00Z", "2026-10-25T02:00Z 2026-10-26T02:00Z", TestName = "After_the_overlap")]
    [TestCase("30 2 * * *", "2026-10-25T00:30Z", "2026-10-26T01:30Z 2026-10-27T01:30Z", TestName = "Asked_within_the_overlap")]
    [TestCase(
        "30 * * * *", "2026-10-25T00:00Z", "2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z", TestName = "An_interval_runs_both_times")]
    [TestCase("*/20 2 * * *", "2026-10-25T00:20Z", "2026-10-25T00:40Z 2026-10-25T01:00Z 2026-10-25T01:20Z 2026-10-25T01:40Z 2026-10-26T01:00Z",
        TestName = "An_interval_in_the_hour_that_exists_twice")]
    public void Clocks_change_in_Berlin(string cron, string after, string expected) =>
        Assert.That(Take(DueTimes.Parse(cron, Zone("Europe/Berlin")), Time(after), expected.Split(' ').Length), Is.EqualTo(expected.Split(' ').Select(Time)));

    [TestCase("Africa/Casablanca", "0 * * * *", "2026-03-22T00:00Z", "2026-03-22T01:00Z 2026-03-22T02:00Z 2026-03-22T03:00Z")]
    [TestCase("Africa/Casablanca", "30 2 * * *", "2026-03-22T00:00Z", "2026-03-22T02:00Z 2026-03-23T01:30Z")]
    [TestCase("Europe/Dublin", "0 * * * *", "2026-03-28T23:00Z", "2026-03-29T00:00Z 2026-03-29T01:00Z 2026-03-29T02:00Z")]
    [TestCase("Europe/Dublin", "30 1 * * *", "2026-10-24T12:00Z", "2026-10-25T00:30Z 2026-10-26T01:30Z")]
    [TestCase("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00Z", "2026-10-03T15:30Z 2026-10-04T15:15Z")]
    public void Clocks_change_in_zones_where_Cronos_goes_wrong_or_by_half_an_hour(string zone, string cron, string after, string expected) =>
        Assert.That(Take(DueTimes.Parse(cron, Zone(zone)), Time(after), expected.Split(' ').Length), Is.EqualTo(expected.Split(' ').Select(Time)));

    [Test]
    public void In_every_zone_the_due_times_around_each_change_of_the_clock_are_those_of_a_clock_that_is_watched()
    {
        Assert.Multiple(() =>
        {
            foreach (var (zone, change) in Changes(2026))
            {
                foreach (var cron in Expressions.Where(cron => cron.Split(' ').Length == 5))
                {
                    var (from, to) = (change.AddHours(-30), change.AddHours(30));
                    Assert.That(
                        Walk(DueTimes.Parse(cron, zone), from, to), Is.EqualTo(Watch(cron, zone, from, to)), $"{zone.Id} {cron} {change:u}");
                }
            }
        });
    }

    [Test]
    public void In_zones_with_summer_time_they_are_those_of_Cronos() => Assert.Multiple(() =>
    {
        foreach (var zone in new[] { "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata", "UTC" })
        {
            foreach (var cron in Expressions)
            {
                var format = cron.Split(' ').Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard;
                var (from, to) = (Time("2026-03-01T00:00Z"), Time(cron.StartsWith('*') ? "2026-04-10T00:00Z" : "2028-12-01T00:00Z"));
                var expected = CronExpression.Parse(cron, format).GetOccurrences(from.UtcDateTime, to.UtcDateTime, Zone(zone), fromInclusive: false, toInclusive: true);
                Assert.That(
                    Walk(DueTimes.Parse(cron, Zone(zone)), from, to).Select(time => time.UtcDateTime), Is.EqualTo(expected), $"{zone} {cron}");
            }
        }
    });

    [Test]
    public void In_every_zone_each_due_time_is_later_than_the_one_before_and_a_walk_ends() =>
        Gen.Select(
            Gen.Const(TimeZoneInfo.GetSystemTimeZones()).SelectMany(zones => Gen.Int[0, zones.Count - 1], (zones, index) => zones[index]),
            Gen.Int[0, Expressions.Length - 1].Select(index => Expressions[index]),
            Gen.DateTime[new DateTime(1990, 1, 1), new DateTime(2040, 1, 1)])
        .Sample((zone, cron, start) =>
        {
            var times = DueTimes.Parse(cron, zone);
            var last = new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Utc));
            for (var count = 0; count < 200; count++)
            {
                if (times.Next(last) is not { } next || next <= last || next.Ticks % TimeSpan.TicksPerSecond != 0)
                {
                    return false;
                }

                last = next;
            }

            return true;
        }, iter: 2_000);

    [Test]
    public void The_newest_are_the_last_of_all() =>
        Gen.Select(Gen.Int[0, Expressions.Length - 1].Select(index => Expressions[index]), Gen.Int[0, 200_000], Gen.Int[1, 50]).Sample((cron, minutes, max) =>
        {
            var times = DueTimes.Parse(cron, Zone("Europe/Berlin"));
            var (after, through) = (Time("2026-10-20T00:00Z").AddMinutes(-minutes), Time("2026-10-27T00:00Z"));
            return times.Newest(after, through, max).SequenceEqual(Walk(times, after, through).TakeLast(max));
        }, iter: 30);

    [Test]
    public void The_newest_of_many_years_of_seconds_are_found_quickly()
    {
        var through = Time("2026-10-20T00:00Z");

        var newest = DueTimes.Parse("* * * * * *", TimeZoneInfo.Utc).Newest(through.AddYears(-20), through, 1_000);

        Assert.That((newest.Count, newest[0], newest[^1]), Is.EqualTo((1_000, through.AddSeconds(-999), through)));
    }

    [Test]
    public void A_date_that_never_comes_has_no_due_time() =>
        Assert.That(DueTimes.Parse("0 0 30 2 *", Zone("Europe/Berlin")).Next(Time("2026-01-01T00:00Z")), Is.Null);

    [TestCase("", "it has 0 fields instead of 5, or 6 with seconds first")]
    [TestCase("@daily", "it has 1 fields instead of 5, or 6 with seconds first")]
    [TestCase("* * * *", "it has 4 fields")]
    [TestCase("* * * * * * *", "it has 7 fields")]
    [TestCase("61 * * * *", "Minutes: Value must be a number between 0 and 59")]
    [TestCase("H * * * *", "seed")]
    [TestCase("0 0 0 * *  ", "Days of month")]
    public void Another_text_is_an_error_that_says_why(string cron, string expected) =>
        Assert.That(() => DueTimes.Parse(cron, TimeZoneInfo.Utc), Throws.TypeOf<FormatException>().With.Message.Contains(expected));

    /// <summary>Looks at the clock on the wall each minute.</summary>
    private static IEnumerable<DateTimeOffset> Watch(string cron, TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset to)
    {
        var expression = CronExpression.Parse(cron);
        var isInterval = string.Join(' ', cron.Split(' ')[..2]).IndexOfAny(['*', '-', '/']) >= 0;
        var shown = new HashSet<DateTime>();
        var (before, isFirst) = (default(DateTime), true);
        // A day earlier, to know what the clock has shown.
        for (var time = from.AddDays(-1); time <= to; time = time.AddMinutes(1))
        {
            var wall = (time + zone.GetUtcOffset(time)).DateTime;
            var isDue = IsMatch(wall) && (isInterval || !shown.Contains(wall));
            for (var skipped = before.AddMinutes(1); !isFirst && skipped < wall; skipped = skipped.AddMinutes(1))
            {
                isDue |= IsMatch(skipped);
            }

            shown.Add(wall);
            (before, isFirst) = (wall, false);
            if (isDue && time > from)
            {
                yield return time;
            }
        }

        bool IsMatch(DateTime wall) =>
            expression.GetNextOccurrence(DateTime.SpecifyKind(wall, DateTimeKind.Utc), inclusive: true)?.Ticks == wall.Ticks;
    }

    /// <summary>Each kind of change of the clock in a year, in one zone that has it.</summary>
    private static IEnumerable<(TimeZoneInfo Zone, DateTimeOffset Change)> Changes(int year)
    {
        var start = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return TimeZoneInfo.GetSystemTimeZones()
            .SelectMany(zone => Enumerable.Range(0, 365)
                .Select(day => start.AddDays(day))
                .Where(day => zone.GetUtcOffset(day) != zone.GetUtcOffset(day.AddDays(1)))
                .SelectMany(day => Enumerable.Range(1, 48).Select(half => day.AddMinutes(30 * half)))
                .Where(time => zone.GetUtcOffset(time) != zone.GetUtcOffset(time.AddMinutes(-30)))
                .Select(time => (zone, time)))
            .DistinctBy(change => (change.time, change.zone.GetUtcOffset(change.time), change.zone.GetUtcOffset(change.time.AddMinutes(-30))));
    }

    private static IEnumerable<DateTimeOffset> Take(DueTimes times, DateTimeOffset after, int count)
    {
        for (var next = times.Next(after); next is not null && count > 0; next = times.Next(next.Value), count--)
        {
            yield return next.Value;
        }
    }

    private static IEnumerable<DateTimeOffset> Walk(DueTimes times, DateTimeOffset after, DateTimeOffset through)
    {
        for (var next = times.Next(after); next <= through; next = times.Next(next.Value))
        {
            yield return next.Value;
        }
    }

    private static TimeZoneInfo Zone(string id) => TimeZoneInfo.FindSystemTimeZoneById(id);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
