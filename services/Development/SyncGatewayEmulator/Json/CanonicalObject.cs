using System.Text;
using System.Text.Json;

namespace OfflineActions.Emulators.Json;

/// <summary>A JSON object in canonical spelling, with its members at hand.</summary>
internal sealed class CanonicalObject
{
    private CanonicalObject(byte[] json, List<CanonicalMember> members)
    {
        Bytes = json;
        Members = members;
    }

    /// <summary>The text, which is never changed.</summary>
    public byte[] Bytes { get; }

    public ReadOnlyMemory<byte> Json => Bytes;

    public List<CanonicalMember> Members { get; }

    /// <summary>Reads the first value of the text; what follows it is ignored, as Sync Gateway ignores it.</summary>
    /// <returns>Null when that value is <c>null</c>.</returns>
    /// <exception cref="JsonException">It is not JSON, or not an object.</exception>
    public static CanonicalObject? Parse(ReadOnlyMemory<byte> json)
    {
        var reader = CanonicalJson.Read(json.Span);
        if (!reader.Read())
        {
            throw new JsonException("EOF");
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.StartObject:
                var output = new Utf8Buffer(json.Length);
                var members = CanonicalJson.WriteObject(ref reader, json, output);
                return new(output.Finish(), members);
            default:
                throw new JsonException("cannot unmarshal this value into an object");
        }
    }

    public ReadOnlyMemory<byte>? Value(ReadOnlySpan<byte> name)
    {
        foreach (var member in Members)
        {
            if (member.Name.Span.SequenceEqual(name))
            {
                return ValueOf(member);
            }
        }

        return null;
    }

    public ReadOnlyMemory<byte> ValueOf(CanonicalMember member) => Json[member.ValueStart..member.End];

    /// <summary>The member's text when it is a string.</summary>
    public string? Text(ReadOnlySpan<byte> name) => Value(name) is { } value ? TextOf(value) : null;

    public bool IsTrue(ReadOnlySpan<byte> name) => Value(name) is { } value && value.Span.SequenceEqual("true"u8);

    public static string? TextOf(ReadOnlyMemory<byte> value)
    {
        var reader = CanonicalJson.Read(value.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>The elements of a canonical array; none when it is something else.</summary>
    public static List<ReadOnlyMemory<byte>> ElementsOf(ReadOnlyMemory<byte> value)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        var reader = CanonicalJson.Read(value.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return elements;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(value[start..(int)reader.BytesConsumed]);
        }

        return elements;
    }

    /// <summary>The same object with only the members whose names are wanted.</summary>
    public byte[] Only(Func<ReadOnlyMemory<byte>, bool> wanted)
    {
        var output = new Utf8Buffer(Json.Length).Append((byte)'{');
        foreach (var member in Members.Where(member => wanted(member.Name)))
        {
            Separate(output).Append(Json.Span[member.Start..member.End]);
        }

        return output.Append((byte)'}').ToArray();
    }

    /// <summary>The same object with more members, each at its sorted place; <paramref name="more"/> is sorted and wins.</summary>
    public byte[] With(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> more)
    {
        var output = new Utf8Buffer(Json.Length + 64).Append((byte)'{');
        var next = 0;
        foreach (var (name, value) in more)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            while (next < Members.Count && Members[next].Name.Span.SequenceCompareTo(bytes) < 0)
            {
                Separate(output).Append(Json.Span[Members[next].Start..Members[next++].End]);
            }

            if (next < Members.Count && Members[next].Name.Span.SequenceEqual(bytes))
            {
                next++;
            }

            Separate(output).Text(name).Append((byte)':').Append(value.Span);
        }

        while (next < Members.Count)
        {
            Separate(output).Append(Json.Span[Members[next].Start..Members[next++].End]);
        }

        return output.Append((byte)'}').ToArray();
    }

    private static Utf8Buffer Separate(Utf8Buffer output) =>
        output.Written is [.., (byte)'{'] and { Length: 1 } ? output : output.Append((byte)',');
}

/// <summary>One member of a canonical object, by its place in the text.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Start">Where its quoted name begins.</param>
/// <param name="ValueStart">Where its value begins.</param>
/// <param name="End">Where its value ends.</param>
internal readonly record struct CanonicalMember(ReadOnlyMemory<byte> Name, int Start, int ValueStart, int End);
