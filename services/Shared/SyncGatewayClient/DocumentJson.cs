using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace OfflineActions.SyncGateway;

/// <summary>A document's JSON, in and out without loss: numbers keep their spelling, unknown properties stay.</summary>
internal static class DocumentJson
{
    /// <summary>
    /// Deeper than any honest document. Sync Gateway takes 10,000 levels, but parsing costs size times depth: 20 MiB of them would keep
    /// a core busy for minutes.
    /// </summary>
    private const int MaxDepth = 512;

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What Sync Gateway adds to a document or understands as a command, and what is not the app's.</summary>
    private static readonly string[] Reserved = ["_id", "_rev", "_cv", "_revisions", "_removed", "_deleted"];

    /// <summary>The JSON object in <paramref name="utf8"/>, or null when it is none, or one nested deeper than 512 levels.</summary>
    public static JsonElement? ParseObject(byte[] utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        }

        LoneSurrogates.Replace(utf8);

        try
        {
            var json = JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return json.ValueKind is JsonValueKind.Object ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether <paramref name="utf8"/> is one JSON object and nothing else, however deep. In one pass, without keeping any of it.</summary>
    public static bool IsObject(byte[] utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            var isObject = reader.Read() && reader.TokenType is JsonTokenType.StartObject;
            while (reader.Read())
            {
            }

            return isObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The string <paramref name="name"/> of <paramref name="json"/>, or null when there is none.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether <paramref name="name"/> of <paramref name="json"/> is <c>true</c>.</summary>
    public static bool Flag(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    /// <summary>A document's properties without the reserved ones; of a name that occurs twice, the last, as everywhere.</summary>
    public static JsonObject Body(JsonElement document)
    {
        var body = new JsonObject();

        foreach (var property in document.EnumerateObject().Where(property => !Reserved.Contains(property.Name)))
        {
            body[property.Name] = property.Value.ValueKind switch
            {
                JsonValueKind.Object => JsonObject.Create(property.Value),
                JsonValueKind.Array => JsonArray.Create(property.Value),
                _ => JsonValue.Create(property.Value),
            };
        }

        return body;
    }

    /// <summary>The reserved property that <paramref name="body"/> should not have, or null.</summary>
    public static string? ReservedIn(JsonObject body) => Reserved.FirstOrDefault(body.ContainsKey);

    public static ReadOnlyMemory<byte> Bytes(JsonObject body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, Writing);

        body.WriteTo(writer);
        writer.Flush();

        return buffer.WrittenMemory;
    }
}
