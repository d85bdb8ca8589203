using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace OfflineActions.SyncGateway;

/// <summary>Reads and writes documents without loss: numbers keep their spelling, unknown properties stay.</summary>
internal static class DocumentJson
{
    private static readonly JsonDocumentOptions AnyNames = new() { MaxDepth = Document.MaxDepth };
    private static readonly JsonDocumentOptions UniqueNames = AnyNames with { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Properties that Sync Gateway adds to a document or takes for a command. They are not the app's.</summary>
    private static readonly string[] Reserved = ["_id", "_rev", "_cv", "_revisions", "_removed", "_deleted"];

    /// <summary>
    /// <paramref name="json"/> with U+FFFD in the place of invalid UTF-8 and lone surrogates, as Sync Gateway does with every body it
    /// parses. No Unicode text can hold those: a document with one could be neither read nor written back. May change the array itself.
    /// </summary>
    public static byte[] MakeValid(byte[] json)
    {
        if (!Utf8.IsValid(json))
        {
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        }

        LoneSurrogates.Replace(json);
        return json;
    }

    /// <summary>
    /// The JSON object in <paramref name="json"/>; null when it is none, or is nested deeper than <see cref="Document.MaxDepth"/>. Of a
    /// name that occurs twice in one object, at any depth, only the last remains, as everywhere.
    /// </summary>
    public static JsonElement? ParseObject(byte[] json)
    {
        try
        {
            json = MakeValid(json);
            var parsed = TryParseUnique(json)
                ?? JsonElement.Parse(DuplicateNames.Remove(JsonElement.Parse(json, AnyNames)), AnyNames);
            return parsed.ValueKind is JsonValueKind.Object ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The string <paramref name="name"/> of <paramref name="json"/>, or null when there is none.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether <paramref name="name"/> of <paramref name="json"/> is <c>true</c>.</summary>
    public static bool Flag(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True;

    /// <summary>A document's properties without the reserved ones.</summary>
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

    // Nearly every document has unique names, and then this is the only pass over it.
    private static JsonElement? TryParseUnique(byte[] json)
    {
        try
        {
            return JsonElement.Parse(json, UniqueNames);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
