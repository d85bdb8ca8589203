using System.Globalization;

namespace OfflineActions.Operator.Output;

/// <summary>Text for a terminal.</summary>
internal static class TerminalText
{
    /// <summary>A duration in one unit: <c>42s</c>, <c>7m</c>, <c>3h</c>, <c>12d</c>.</summary>
    public static string FormatAge(TimeSpan age) => age switch
    {
        { TotalSeconds: < 90 } => FormatWhole(age.TotalSeconds) + "s",
        { TotalMinutes: < 90 } => FormatWhole(age.TotalMinutes) + "m",
        { TotalHours: < 48 } => FormatWhole(age.TotalHours) + "h",
        _ => FormatWhole(age.TotalDays) + "d",
    };

    private static string FormatWhole(double number) => Math.Max(0, Math.Floor(number)).ToString("F0", CultureInfo.InvariantCulture);
}
