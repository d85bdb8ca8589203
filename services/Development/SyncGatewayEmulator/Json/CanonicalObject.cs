using System.Text;
using System.Text.Json;

namespace OfflineActions.Emulators.Json;

/// <summary>A JSON object in canonical form, with an index of its members.</summary>
internal sealed class CanonicalObject
{
    private readonly bool hasSpecial;

    private CanonicalObject(byte[] json, List<CanonicalMember> members)
    {
        Bytes = json;
        Members = members;
        hasSpecial = members.Exists(static member => IsSpecial(member.Name.Span));
    }

    /// <summary>The object without members.</summary>
    public static CanonicalObject Empty { get; } = Parse("{}"u8.ToArray())!;

    /// <summary>The JSON text; never modified.</summary>
    public byte[] Bytes { get; }

    public ReadOnlyMemory<byte> Json => Bytes;

    public List<CanonicalMember> Members { get; }

    /// <summary>Parses the first value of the text and ignores the rest, as Sync Gateway does.</summary>
    /// <returns>Null when the value is <c>null</c>.</returns>
    /// <exception cref="JsonException">Not JSON, or not an object.</exception>
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
        // A write asks for a dozen of the protocol's members, and most documents have none.
        if (!hasSpecial && IsSpecial(name))
        {
            return null;
        }

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

    /// <summary>The value of a string member; otherwise null.</summary>
    public string? Text(ReadOnlySpan<byte> name) => Value(name) is { } value ? TextOf(value) : null;

    public bool IsTrue(ReadOnlySpan<byte> name) => Value(name) is { } value && value.Span.SequenceEqual("true"u8);

    /// <summary>The value of a member that is an integer of 64 bits; otherwise null.</summary>
    public long? Integer(ReadOnlySpan<byte> name)
    {
        if (Value(name) is not { } json)
        {
            return null;
        }

        var reader = CanonicalJson.Read(json.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) ? value : null;
    }

    public static string? TextOf(ReadOnlyMemory<byte> value)
    {
        var reader = CanonicalJson.Read(value.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    /// <summary>The elements of a canonical array; none when the value is not an array.</summary>
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

    /// <summary>The same object with only the members that <paramref name="wanted"/> accepts.</summary>
    public byte[] Only(Func<ReadOnlyMemory<byte>, bool> wanted)
    {
        var output = new Utf8Buffer(Json.Length).Append((byte)'{');
        foreach (var member in Members.Where(member => wanted(member.Name)))
        {
            Separate(output).Append(Json.Span[member.Start..member.End]);
        }

        return output.Append((byte)'}').ToArray();
    }

    /// <summary>
    /// The same object with additional members. <paramref name="more"/> must be sorted and replaces members of the same name.
    /// </summary>
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

    /// <summary>Adds members of the protocol, whose names begin with an underscore, to a canonical object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="special">The members, sorted; they replace those of the same name.</param>
    public static byte[] AddSpecial(ReadOnlyMemory<byte> json, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> special)
    {
        // Members are sorted, and small letters come after the underscore: most documents need not be parsed.
        if (json.Span is not [(byte)'{', (byte)'"', > (byte)'_', ..])
        {
            return Parse(json)!.With(special);
        }

        var output = new Utf8Buffer(json.Length + 160).Append((byte)'{');
        foreach (var (name, value) in special)
        {
            output.Append((byte)'"').Append(name).Append("\":"u8).Append(value.Span).Append((byte)',');
        }

        return output.Append(json.Span[1..]).ToArray();
    }

    private static bool IsSpecial(ReadOnlySpan<byte> name) => name is [(byte)'_', ..];

    private static Utf8Buffer Separate(Utf8Buffer output) =>
        output.Written is [.., (byte)'{'] and { Length: 1 } ? output : output.Append((byte)',');
}

/// <summary>A member of a canonical object, by its position in the text.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Start">The start of the quoted name.</param>
/// <param name="ValueStart">The start of the value.</param>
/// <param name="End">The end of the value.</param>
internal readonly record struct CanonicalMember(ReadOnlyMemory<byte> Name, int Start, int ValueStart, int End);
