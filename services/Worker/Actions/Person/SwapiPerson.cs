using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>A person as SWAPI describes it.</summary>
/// <param name="Id">SWAPI's number of the person; its facts do not contain it.</param>
/// <param name="Facts">The object SWAPI answered with: <c>name</c>, <c>height</c>, <c>films</c> and so on.</param>
public sealed record SwapiPerson(int Id, JsonElement Facts)
{
    /// <summary>What goes into a document: the facts as they came, and <c>id</c>. Each call makes an object of its own.</summary>
    public JsonObject ToJson()
    {
        var json = JsonObject.Create(Facts) ?? [];
        json["id"] = Id;
        return json;
    }
}
