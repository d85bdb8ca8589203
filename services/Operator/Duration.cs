using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace OfflineActions.Operator;

/// <summary>Options that take a time span: <c>90s</c>, <c>10m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class Duration
{
    public static Option<TimeSpan?> Option(string name, string description) => new(name)
    {
        Description = description + ": 90s, 10m, 24h, 7d",
        HelpName = "time",
        CustomParser = Parse,
    };

    private static TimeSpan? Parse(ArgumentResult given)
    {
        var text = given.Tokens.Single().Value;
        if (text.Length > 1
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Unit(text[^1]) is { } unit)
        {
            return number * unit;
        }

        given.AddError($"'{text}' is no time: write a whole number and a unit, like 90s, 10m, 24h or 7d.");
        return null;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
