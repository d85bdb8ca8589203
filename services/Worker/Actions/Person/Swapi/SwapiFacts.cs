using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>
/// The facts of a person that are kept. A response becomes part of a document and of the cache, and comes from a server of somebody else. So
/// only the fields that SWAPI documents are kept, each no longer than such a fact can be.
/// </summary>
internal static class SwapiFacts
{
    private const int MaxCharacters = 200;
    private const int MaxItems = 100;

    private static readonly string[] Fields =
    [
        "name", "height", "mass", "hair_color", "skin_color", "eye_color", "birth_year", "gender", "homeworld", "films", "species",
        "vehicles", "starships", "created", "edited", "url",
    ];

    /// <summary>
    /// The facts in a response, in SWAPI's order; a field that is unknown, too long or of another kind is left out. Null when the response
    /// is no person.
    /// </summary>
    /// <param name="response">A person, or one in <c>{"result": {"properties": …}}</c>, as some instances send it.</param>
    public static JsonElement? Read(JsonElement response)
    {
        var person = Unwrap(response);
        if (person.ValueKind is not JsonValueKind.Object
            || !person.TryGetProperty("name", out var name)
            || name.ValueKind is not JsonValueKind.String
            || !IsFact(name))
        {
            return null;
        }

        var facts = new JsonObject();
        foreach (var field in Fields)
        {
            if (person.TryGetProperty(field, out var value) && IsFact(value))
            {
                facts[field] = JsonNode.Parse(value.GetRawText());
            }
        }

        // Its own copy: an element would keep the whole response in memory.
        return JsonSerializer.SerializeToElement(facts);
    }

    private static JsonElement Unwrap(JsonElement response) =>
        response.ValueKind is JsonValueKind.Object
        && response.TryGetProperty("result", out var result)
        && result.ValueKind is JsonValueKind.Object
        && result.TryGetProperty("properties", out var properties)
            ? properties
            : response;

    private static bool IsFact(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() <= MaxItems
            && value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String && IsFact(item)),
        JsonValueKind.String => value.GetString()!.Length <= MaxCharacters,
        JsonValueKind.Number => value.GetRawText().Length <= MaxCharacters,
        JsonValueKind.Null => true,
        _ => false,
    };
}
