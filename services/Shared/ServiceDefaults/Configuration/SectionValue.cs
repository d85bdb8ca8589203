using System.ComponentModel;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>One value of a section: what can be read as it, and how to say so.</summary>
internal sealed class SectionValue(Type type)
{
    /// <summary>What it has to be, as somebody would write it.</summary>
    public string Expected =>
        type == typeof(TimeSpan) ? "a time like 00:00:10"
        : type == typeof(bool) ? "true or false"
        : type == typeof(Uri) ? "an address like http://host:1234"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(double) ? "a number like 2.5"
        : "a whole number";

    /// <summary>Whether <paramref name="text"/> can be read as it; no regard to whether it makes sense.</summary>
    public bool CanBe(string text) =>
        type.IsEnum ? Enum.TryParse(type, text, ignoreCase: true, out var member) && Enum.IsDefined(type, member)
        : type == typeof(Uri) ? Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _)
        : TypeDescriptor.GetConverter(type).IsValid(text);

    /// <summary><paramref name="text"/>, unless it may hold a password.</summary>
    public string Shown(string text) => type == typeof(Uri) ? "no address" : $"'{text}'";
}
