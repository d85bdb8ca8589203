using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>A section as it was written, held against the options it is for: binding stops at the first value it cannot read, drops those
/// in lists, and says nothing of keys it does not know.</summary>
internal sealed class Section(IConfigurationSection configuration, Type options)
{
    private readonly PropertyInfo[] properties =
        [.. options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)];

    /// <summary>Each mistake, with its key and what to write instead.</summary>
    public IEnumerable<string> Mistakes() => Judged().Select(judged => judged.Mistake).OfType<string>();

    /// <summary>The part that can be bound.</summary>
    public IConfiguration Readable() => new ConfigurationBuilder()
        .AddInMemoryCollection(Judged()
            .Where(judged => judged.Mistake is null)
            .SelectMany(judged => judged.Given.AsEnumerable().Select(given => KeyValuePair.Create(given.Key[(configuration.Path.Length + 1)..], given.Value))))
        .Build();

    private IEnumerable<(IConfigurationSection Given, string? Mistake)> Judged() => configuration.GetChildren().SelectMany(given =>
        properties.FirstOrDefault(property => property.Name.Equals(given.Key, StringComparison.OrdinalIgnoreCase)) is { } known
            ? ItemType(known.PropertyType) is { } item ? List(given, item) : [(given, Value(given, known.PropertyType))]
            : [(given, $"{given.Path} is not known: use one of {string.Join(", ", properties.Select(property => property.Name))}, or remove it.")]);

    private static IEnumerable<(IConfigurationSection Given, string? Mistake)> List(IConfigurationSection given, Type item) =>
        given.Value is { Length: > 0 }
            ? [(given, $"{given.Path} is a list, but is given as one value: give that as {given.Path}:0.")]
            : given.GetChildren().Select(child => (child, Value(child, item)));

    private static string? Value(IConfigurationSection given, Type type)
    {
        if (given.GetChildren().Any())
        {
            return $"{given.Path} is one value, but is given as a list or section: give it as {given.Path}.";
        }

        var value = new SectionValue(Nullable.GetUnderlyingType(type) ?? type);
        return given.Value is null || value.CanBe(given.Value) ? null : $"{given.Path} is {value.Shown(given.Value)}: make it {value.Expected}.";
    }

    private static Type? ItemType(Type type) =>
        type == typeof(string) || !type.IsAssignableTo(typeof(IEnumerable)) ? null
        : type.IsArray ? type.GetElementType()
        : type.GetGenericArguments()[0];
}
