using System.Buffers;
using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>Names that occur twice in one object. JSON's grammar allows them; a <c>JsonObject</c> throws when it meets one.</summary>
internal static class DuplicateNames
{
    /// <summary>
    /// The same JSON, in which each object has only the last member of every name. Numbers keep their spelling. Nested objects are not
    /// turned into nodes, because millions of those take many times the memory of their text.
    /// </summary>
    public static ReadOnlySpan<byte> Remove(JsonElement json)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        Write(json, writer);
        writer.Flush();
        return buffer.WrittenSpan;
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
