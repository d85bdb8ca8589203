using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.Fuzzing;

/// <summary>The plain way to read a document, with the library's own parser. It is compared with the services' ways.</summary>
internal static class JsonModel
{
    /// <summary>The JSON; null when it is none, or nested too deep.</summary>
    public static JsonDocument? Parse(byte[] json, bool allowRepeatedNames = true)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Document.MaxDepth, AllowDuplicateProperties = allowRepeatedNames });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether all text is Unicode. The services repair other text, which the library refuses.</summary>
    public static bool IsUnicode(byte[] json) =>
        Utf8.IsValid(json) && !Encoding.UTF8.GetString(json).Contains("\\ud", StringComparison.OrdinalIgnoreCase);

    /// <summary>The last member of this name when it is a text.</summary>
    public static string? Text(JsonElement json, string name) =>
        Last(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>Whether the last member of this name is true.</summary>
    public static bool Flag(JsonElement json, string name) => Last(json, name)?.ValueKind is JsonValueKind.True;

    /// <summary>Each member that none of <paramref name="names"/> names, in its bytes.</summary>
    public static IReadOnlyList<string> MembersWithout(byte[] json, params string[] names)
    {
        using var parsed = Parse(json)!;
        return
        [
            .. parsed.RootElement.EnumerateObject()
                .Where(member => !names.Contains(member.Name))
                .Select(member => $"\"{Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member))}\":"
                    + Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(member.Value))),
        ];
    }

    private static JsonElement? Last(JsonElement json, string name)
    {
        var named = json.EnumerateObject().Where(member => member.Name == name).ToList();
        return named.Count > 0 ? named[^1].Value : null;
    }
}
