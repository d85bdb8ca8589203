using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// A queue argument's value as a refusal of the broker spells it: <c>the value '3' of type 'signedint'</c>, <c>none</c>, <c>'true'</c>.
/// </summary>
/// <param name="Text">The bare value, for example <c>3</c>; null for none.</param>
/// <param name="Type">Its type; null when the broker names none.</param>
internal sealed partial record ArgumentValue(string? Text, string? Type)
{
    /// <summary>The value with its type, for two values that differ in nothing else.</summary>
    public string? TextWithType => Text is null || Type is null ? Text : $"{Text} ({Type})";

    public static ArgumentValue Read(string spelling) => TypedValue().Match(spelling) is { Success: true, Groups: var groups }
        ? new(groups["value"].Value, groups["type"].Value)
        : new(spelling is "none" ? null : spelling.Trim('\''), null);

    /// <summary>Sets the argument of a declaration to this value.</summary>
    /// <returns>False when the declaration does not change, because it has this value already or the type is unknown.</returns>
    public bool TrySet(IDictionary<string, object?> arguments, string name)
    {
        if (Text is null)
        {
            return arguments.Remove(name);
        }

        var declared = arguments.TryGetValue(name, out var current) ? current : null;
        var value = Convert(declared);
        if (value is null || value.Equals(declared))
        {
            return false;
        }

        arguments[name] = value;
        return true;
    }

    /// <summary>The broker names no type when two numbers differ in size; then the declared value tells that it is a number.</summary>
    private object? Convert(object? declared) => (Type, declared) switch
    {
        ("signedint" or "long", _) or (null, int or long) =>
            long.TryParse(Text, CultureInfo.InvariantCulture, out var number) ? number : null,
        ("bool", _) or (null, bool) => Text == "true",
        ("longstr" or null, _) => Text,
        _ => null,
    };

    [GeneratedRegex(@"^the value '(?<value>.*)' of type '(?<type>[^']+)'\z")]
    private static partial Regex TypedValue();
}
