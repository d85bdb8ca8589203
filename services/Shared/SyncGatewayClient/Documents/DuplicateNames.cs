using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>Names that occur twice in one object. JSON's grammar allows them; a <c>JsonObject</c> throws when it meets one.</summary>
internal static class DuplicateNames
{
    private static readonly JsonDocumentOptions AnyNames = new() { MaxDepth = Document.MaxDepth };
    private static readonly JsonDocumentOptions UniqueNames = AnyNames with { AllowDuplicateProperties = false };
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The same JSON, in which each object has only the last member of every name; null when no name occurs twice. Numbers keep their
    /// spelling. Nested objects are not turned into nodes, because millions of those take many times the memory of their text.
    /// </summary>
    /// <exception cref="JsonException">It is not one JSON value, or is nested deeper than <see cref="Document.MaxDepth"/>.</exception>
    public static byte[]? TryRemove(byte[] json) => AreUnique(json) ? null : Remove(json);

    private static bool AreUnique(byte[] json)
    {
        try
        {
            using var unique = JsonDocument.Parse(json, UniqueNames);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[] Remove(byte[] json)
    {
        using var parsed = JsonDocument.Parse(json, AnyNames);
        var buffer = new ArrayBufferWriter<byte>(json.Length);
        using var writer = new Utf8JsonWriter(buffer, Writing);
        Write(parsed.RootElement, writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement json, Utf8JsonWriter writer)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(json, writer);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in json.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }

    private static void WriteObject(JsonElement json, Utf8JsonWriter writer)
    {
        var last = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, member) in json.EnumerateObject().Index())
        {
            last[member.Name] = index;
        }

        writer.WriteStartObject();
        foreach (var (index, member) in json.EnumerateObject().Index())
        {
            if (last[member.Name] == index)
            {
                writer.WritePropertyName(member.Name);
                Write(member.Value, writer);
            }
        }

        writer.WriteEndObject();
    }
}
