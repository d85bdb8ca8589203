using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>
/// Compares a section with the options it is bound to. The configuration binder stops at the first value it cannot convert, drops such
/// values from lists, and ignores unknown keys.
/// </summary>
internal sealed class StrictSection(IConfigurationSection section, Type options)
{
    private readonly (string Key, Type Type)[] settings =
    [
        .. options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => (ReadKey(property), property.PropertyType)),
    ];

    /// <summary>Each error, with its key and what to write instead.</summary>
    public IEnumerable<string> FindErrors() => Check().Select(value => value.Error).OfType<string>();

    /// <summary>The values without errors.</summary>
    public IConfiguration SelectValid() => new ConfigurationBuilder()
        .AddInMemoryCollection(
            from value in Check()
            where value.Error is null
            from entry in value.Section.AsEnumerable()
            select KeyValuePair.Create(entry.Key[(section.Path.Length + 1)..], entry.Value))
        .Build();

    private IEnumerable<(IConfigurationSection Section, string? Error)> Check() => section.GetChildren().SelectMany(child =>
    {
        var type = settings.FirstOrDefault(setting => setting.Key.Equals(child.Key, StringComparison.OrdinalIgnoreCase)).Type;
        if (type is null)
        {
            var keys = string.Join(", ", settings.Select(setting => setting.Key));
            return [(child, $"{child.Path} is not known: use one of {keys}, or remove it.")];
        }

        if (IsSection(type))
        {
            return child.Value is { Length: > 0 }
                ? [(child, $"{child.Path} is a section, but is given as one value: give that as {child.Path}:<name>.")]
                : new StrictSection(child, type).Check();
        }

        return GetItemType(type) is { } itemType ? CheckList(child, itemType, isByName: type.IsAssignableTo(typeof(IDictionary))) : [(child, CheckValue(child, type))];
    });

    private static IEnumerable<(IConfigurationSection Section, string? Error)> CheckList(
        IConfigurationSection list, Type itemType, bool isByName) =>
        list.Value is { Length: > 0 }
            ? [(list, $"{list.Path} is a {(isByName ? "section" : "list")}, but is given as one value: give that as {list.Path}:{(isByName ? "<name>" : "0")}.")]
            : list.GetChildren().Select(item => (item, CheckValue(item, itemType)));

    private static string? CheckValue(IConfigurationSection value, Type type)
    {
        if (value.GetChildren().Any())
        {
            return $"{value.Path} is one value, but is given as a list or section: give it as {value.Path}.";
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value.Value is not { } text || CanConvert(text, type))
        {
            return null;
        }

        // An address may hold a password, so it is not shown.
        var actual = type == typeof(Uri) ? "not an address" : $"'{text}'";
        return $"{value.Path} is {actual}: make it {DescribeType(type)}.";
    }

    /// <summary>Whether a setting has settings of its own.</summary>
    private static bool IsSection(Type type) =>
        type.IsClass && type != typeof(string) && type != typeof(Uri) && !type.IsAssignableTo(typeof(IEnumerable));

    private static bool CanConvert(string text, Type type) =>
        type.IsEnum ? Enum.TryParse(type, text, ignoreCase: true, out var member) && Enum.IsDefined(type, member)
        : type == typeof(Uri) ? Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _)
        : TypeDescriptor.GetConverter(type).IsValid(text);

    private static string DescribeType(Type type) =>
        type == typeof(TimeSpan) ? "a time like 00:00:10"
        : type == typeof(bool) ? "true or false"
        : type == typeof(Uri) ? "an address like http://host:1234"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(double) ? "a number like 2.5"
        : "a whole number";

    private static string ReadKey(PropertyInfo property) =>
        property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name;

    /// <returns>The type of the items of a list, or of the values of a dictionary; null for any other setting.</returns>
    private static Type? GetItemType(Type type) =>
        type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetGenericArguments()[^1];
}
