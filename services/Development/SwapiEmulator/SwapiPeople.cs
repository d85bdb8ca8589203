using System.Globalization;
using System.Text.Json.Serialization;

namespace OfflineActions.Emulators;

/// <summary>The people of the first six films, by SWAPI number: 1 to 83 without 17.</summary>
internal static class SwapiPeople
{
    private const string Recorded = "2014-12-20T21:17:56.891000Z";

    private static readonly SortedDictionary<int, string[]> Facts = Load();

    public static IReadOnlyCollection<int> Ids => Facts.Keys;

    /// <param name="id">The number of the person.</param>
    /// <param name="api">The address of this API, ending in a slash; links start with it.</param>
    public static SwapiPerson? Find(int id, string api) => Facts.TryGetValue(id, out var facts)
        ? new(
            facts[1], facts[2], facts[3], facts[4], facts[5], facts[6], facts[7], facts[8],
            $"{api}planets/28/", [], [], [], [], Recorded, Recorded, $"{api}people/{id}/")
        : null;

    private static SortedDictionary<int, string[]> Load()
    {
        using var text = new StreamReader(typeof(SwapiPeople).Assembly.GetManifestResourceStream("people")!);
        var facts = text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('|'));
        return new(facts.ToDictionary(fields => int.Parse(fields[0], CultureInfo.InvariantCulture)));
    }
}

/// <summary>A person as SWAPI returns it. Every value is a string, even <c>unknown</c> and <c>n/a</c>.</summary>
internal sealed record SwapiPerson(
    string Name,
    string Height,
    string Mass,
    [property: JsonPropertyName("hair_color")] string HairColor,
    [property: JsonPropertyName("skin_color")] string SkinColor,
    [property: JsonPropertyName("eye_color")] string EyeColor,
    [property: JsonPropertyName("birth_year")] string BirthYear,
    string Gender,
    string Homeworld,
    IReadOnlyList<string> Films,
    IReadOnlyList<string> Species,
    IReadOnlyList<string> Vehicles,
    IReadOnlyList<string> Starships,
    string Created,
    string Edited,
    string Url);
