namespace OfflineActions.Emulators.Json;

/// <summary>A type of Go that JSON is read into.</summary>
/// <param name="Kind">What JSON it takes.</param>
/// <param name="Name">The name in error texts, for example <c>map[string][]string</c>.</param>
internal sealed record GoType(GoKind Kind, string Name)
{
    public static GoType Any { get; } = new(GoKind.Any, "interface {}");

    public static GoType Text { get; } = new(GoKind.Text, "string");

    public static GoType Flag { get; } = new(GoKind.Flag, "bool");

    public static GoType Texts { get; } = ListOf(Text);

    /// <summary>A set of strings, which Sync Gateway reads by itself: a value that is not an array ends the reading.</summary>
    public static GoType Set { get; } = Texts with { EndsReading = true };

    /// <summary>The type of the elements of a list or of the values of a map.</summary>
    public GoType? Element { get; private init; }

    /// <summary>The fields of a struct.</summary>
    public IReadOnlyDictionary<string, GoType> Fields { get; private init; } = new Dictionary<string, GoType>();

    /// <summary>The smallest integer.</summary>
    public Int128 Min { get; private init; }

    /// <summary>The largest integer.</summary>
    public Int128 Max { get; private init; }

    /// <summary>The name of a struct before its fields in error texts: without package, and empty for a struct without a name.</summary>
    public string Owner { get; private init; } = "";

    /// <summary>Whether a value of another kind than object or array ends the reading.</summary>
    public bool EndsReading { get; private init; }

    /// <summary>Whether the field is a pointer, which shows in the text that lists the fields of a struct.</summary>
    public bool IsPointer { get; init; }

    public static GoType Integer(string name, Int128 min, Int128 max) => new(GoKind.Integer, name) { Min = min, Max = max };

    public static GoType ListOf(GoType element, string? name = null) =>
        new(GoKind.List, "[]" + (name ?? element.Name)) { Element = element };

    public static GoType MapOf(GoType element, string? name = null) =>
        new(GoKind.Map, name ?? "map[string]" + element.Name) { Element = element };

    /// <summary>A struct without a name: error texts list its fields.</summary>
    public static GoType Struct(params (string Name, string GoName, GoType Type)[] fields) => new(
        GoKind.Struct,
        $"struct {{ {string.Join("; ", fields.Select(field =>
            $"{field.GoName} {(field.Type.IsPointer ? "*" : "")}{field.Type.Name} \"json:\\\"{field.Name}\\\"\""))} }}")
    {
        Fields = fields.ToDictionary(field => field.Name, field => field.Type, StringComparer.OrdinalIgnoreCase),
    };

    public static GoType Struct(string name, IEnumerable<KeyValuePair<string, GoType>> fields) =>
        new(GoKind.Struct, name)
        {
            Fields = new Dictionary<string, GoType>(fields, StringComparer.OrdinalIgnoreCase),
            Owner = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..],
        };
}

/// <summary>What JSON a type of Go takes.</summary>
internal enum GoKind
{
    Any,
    Text,
    Flag,
    Integer,
    List,
    Map,
    Struct,
}
