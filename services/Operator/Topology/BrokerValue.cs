using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Operator.Topology;

/// <summary>An argument's value as the broker's refusals spell it: <c>the value '3' of type 'signedint'</c>, <c>none</c>, <c>'true'</c>.</summary>
/// <param name="Text">The bare value, <c>3</c>; null for none.</param>
/// <param name="Type">Its type, when it is said.</param>
internal sealed partial record BrokerValue(string? Text, string? Type)
{
    /// <summary>The value with its type, for when that is all that differs.</summary>
    public string? Typed => Text is null || Type is null ? Text : $"{Text} ({Type})";

    public static BrokerValue Read(string words) => Spelling().Match(words) is { Success: true, Groups: var typed }
        ? new(typed["value"].Value, typed["type"].Value)
        : new(words is "none" ? null : words.Trim('\''), null);

    /// <summary>Puts it among the arguments of a declaration.</summary>
    /// <returns>False when nobody knows how, or it stands there already: declaring again would say the same again.</returns>
    public bool TryPut(IDictionary<string, object?> arguments, string name)
    {
        if (Text is null)
        {
            return arguments.Remove(name);
        }

        var before = arguments.TryGetValue(name, out var there) ? there : null;
        var value = Like(before);
        if (value is null || value.Equals(before))
        {
            return false;
        }

        arguments[name] = value;
        return true;
    }

    /// <summary>Of two numbers of different size the broker says no type; what we declared tells that it is a number.</summary>
    private object? Like(object? declared) => (Type, declared) switch
    {
        ("signedint" or "long", _) or (null, int or long) => long.TryParse(Text, CultureInfo.InvariantCulture, out var number) ? number : null,
        ("bool", _) or (null, bool) => Text == "true",
        ("longstr" or null, _) => Text,
        _ => null,
    };

    [GeneratedRegex(@"^the value '(?<value>.*)' of type '(?<type>[^']+)'$")]
    private static partial Regex Spelling();
}
