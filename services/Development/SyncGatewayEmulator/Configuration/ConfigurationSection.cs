using System.Text.Json;

namespace OfflineActions.Emulators.Configuration;

/// <summary>One object of a configuration, with errors that say where.</summary>
internal sealed class ConfigurationSection
{
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.OrdinalIgnoreCase);
    private readonly string path;

    /// <exception cref="FormatException">It is no object, or has a setting that Sync Gateway does not know.</exception>
    public ConfigurationSection(JsonElement json, string path, IReadOnlySet<string> known, IReadOnlySet<string> ignored)
    {
        this.path = path;
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{Name("")}is not an object");
        }

        foreach (var member in json.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            members[member.Name] = known.Contains(member.Name) || ignored.Contains(member.Name)
                ? member.Value
                : throw new FormatException($"unknown setting {Name(member.Name)}");
        }

        Ignored = [.. members.Keys.Where(ignored.Contains).Select(Name)];
    }

    /// <summary>The settings in it that have no effect here.</summary>
    public IReadOnlyList<string> Ignored { get; }

    public JsonElement? Value(string name) => members.TryGetValue(name, out var value) ? value : null;

    public string? Text(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "a string");

    public bool? Flag(string name) => Value(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, "true or false");

    public int? Number(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw Wrong(name, "a whole number");

    public IReadOnlyList<string> Texts(string name) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
            : throw Wrong(name, "an array of strings");

    public IEnumerable<JsonElement> Elements(string name) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw Wrong(name, "an array");

    public IEnumerable<JsonProperty> Members(string name) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Object ? value.EnumerateObject()
        : throw Wrong(name, "an object");

    public string Name(string name) => path.Length == 0 ? name : name.Length == 0 ? path + " " : $"{path}.{name}";

    private FormatException Wrong(string name, string expected) => new($"{Name(name)} is not {expected}");
}
