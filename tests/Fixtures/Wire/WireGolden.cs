using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The messages of two versions, as their processes wrote them, by kind of message.</summary>
internal static class WireGolden
{
    /// <summary>A version of which messages may wait in queues, and processes run beside this one during an update.</summary>
    public const string Older = "548b58a";

    /// <summary>This version.</summary>
    public const string Current = "current";

    /// <summary>The text of a golden file.</summary>
    public static string Read(string version) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", version + ".json"));

    /// <summary>What a version writes, by kind of message.</summary>
    public static JsonObject Parse(string recording) => JsonNode.Parse(recording)!.AsObject();

    /// <summary>
    /// The paths of what the older of two recordings has, and the newer one has not, or has with another kind of value. A reader of the
    /// older version would miss it. Null, of which an older reader knows nothing else, may become anything.
    /// </summary>
    public static IEnumerable<string> FindMissing(JsonNode? older, JsonNode? newer, string path = "")
    {
        switch (older, newer)
        {
            case (null, _):
                return [];
            case (JsonObject before, JsonObject now):
                return before.SelectMany(property => now.ContainsKey(property.Key)
                    ? FindMissing(property.Value, now[property.Key], $"{path}/{property.Key}")
                    : [$"{path}/{property.Key}"]);
            case (JsonArray before, JsonArray now):
                return before.Zip(now).SelectMany((pair, index) => FindMissing(pair.First, pair.Second, $"{path}/{index}"));
            case (JsonValue before, JsonValue now) when ParseText(before) is { } was:
                return ParseText(now) is { } json ? FindMissing(was, json, path) : [path];
            default:
                return KindOf(older) == KindOf(newer) ? [] : [path];
        }
    }

    private static JsonValueKind? KindOf(JsonNode? node) =>
        node?.GetValueKind() is var kind && kind is JsonValueKind.False ? JsonValueKind.True : kind;

    /// <summary>The JSON object in a text; null when there is none.</summary>
    private static JsonNode? ParseText(JsonValue value) =>
        value.TryGetValue<string>(out var text) && text.StartsWith('{') ? JsonNode.Parse(text) : null;
}
