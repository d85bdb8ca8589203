using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OfflineActions.Operator.Options;

/// <summary>Options that take a duration: <c>90s</c>, <c>10m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class DurationOption
{
    public static Option<TimeSpan?> Create(string name, string description) => new(name)
    {
        Description = description + ": 90s, 10m, 24h, 7d",
        HelpName = "duration",
        CustomParser = Parse,
    };

    /// <summary>A duration as it is written; null when it is none.</summary>
    public static TimeSpan? Parse(string text) =>
        text.Length > 1
        && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && ParseUnit(text[^1]) is { } unit
        && number <= TimeSpan.MaxValue / unit
            ? number * unit
            : null;

    private static TimeSpan? Parse(ArgumentResult given)
    {
        var text = given.Tokens.Single().Value;
        if (Parse(text) is { } duration)
        {
            return duration;
        }

        given.AddError($"'{text}' is not a duration: write a whole number and a unit, for example 90s, 10m, 24h or 7d.");
        return null;
    }

    private static TimeSpan? ParseUnit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
