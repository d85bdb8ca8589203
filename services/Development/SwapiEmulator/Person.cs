using System.Text.Json.Serialization;

namespace OfflineActions.Emulators;

/// <summary>One person as SWAPI shows it: every fact a string, <c>unknown</c> and <c>n/a</c> among them.</summary>
internal sealed record Person(
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
