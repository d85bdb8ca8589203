using System.Buffers;
using System.Globalization;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Numbers and times as people say them.</summary>
internal static class Words
{
    private const int CommitDigits = 7;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>A duration in its largest unit, rounded down: <c>3 minutes</c>.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } when time > TimeSpan.Zero => Count(time.TotalMilliseconds, "millisecond"),
        { TotalSeconds: < 120 } => Count(time.TotalSeconds, "second"),
        { TotalMinutes: < 120 } => Count(time.TotalMinutes, "minute"),
        { TotalHours: < 48 } => Count(time.TotalHours, "hour"),
        _ => Count(time.TotalDays, "day"),
    };

    /// <summary>A measured duration, to two digits or the millisecond: <c>7 ms</c>, <c>0.12 s</c>, <c>2.5 s</c>, <c>45 s</c>, <c>12 minutes</c>.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 0.1 => string.Create(CultureInfo.InvariantCulture, $"{1_000 * seconds:0} ms"),
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        _ => Duration(TimeSpan.FromSeconds(seconds)),
    };

    /// <summary>How long ago, as <see cref="Duration"/>.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) =>
        then > now ? "now" : Duration(now - then) + " ago";

    /// <summary>A version with no more of its commit than tells it from others: <c>1.0.0+4ad6092</c>.</summary>
    public static string Version(string version)
    {
        var commit = version.IndexOf('+', StringComparison.Ordinal) + 1;
        return commit > 0 && version.Length > commit + CommitDigits && version.AsSpan(commit).IndexOfAnyExcept(HexDigits) < 0
            ? version[..(commit + CommitDigits)]
            : version;
    }

    /// <summary>A number and a noun: <c>1 message</c>, <c>2 messages</c>.</summary>
    public static string Count(double number, string noun)
    {
        var whole = Math.Max(0, Math.Floor(number));
        return string.Create(CultureInfo.InvariantCulture, $"{whole:N0} {noun}{(whole == 1 ? "" : "s")}");
    }

    /// <summary>A time for people: UTC, to the second.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A number; <c>unknown</c> when there is none.</summary>
    public static string Number(double? number, string format = "N0") => number?.ToString(format, CultureInfo.InvariantCulture) ?? "unknown";
}
