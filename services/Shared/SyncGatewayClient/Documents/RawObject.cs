using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>
/// A JSON object that keeps its members as the bytes that were read. A member that does not change is copied byte by byte, so numbers and
/// texts keep their spelling. Immutable. Members keep their order. In an object that was read, every name is unique.
/// </summary>
public sealed class RawObject
{
    /// <summary>The object without members.</summary>
    public static readonly RawObject Empty = new([]);

    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private static readonly JsonSerializerOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1_000,
    };

    private readonly Member[] members;

    private RawObject(Member[] members, bool hadRepeatedNames = false) => (this.members, HadRepeatedNames) = (members, hadRepeatedNames);

    /// <summary>Whether the JSON that was read had a name twice in one object, at any depth.</summary>
    public bool HadRepeatedNames { get; }

    /// <summary>A member as a new node, which belongs to the caller; null when there is none, or it is <c>null</c>.</summary>
    public JsonNode? this[string name] => Find(name) is var index and >= 0 ? JsonNode.Parse(members[index].Value, null, AnyDepth) : null;

    /// <summary>What <paramref name="json"/> is now.</summary>
    /// <exception cref="JsonException">It is nested deeper than 1,000 levels.</exception>
    public static RawObject From(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Read(JsonSerializer.SerializeToUtf8Bytes(json, Writing), int.MaxValue, compareNames: false, out _)!;
    }

    /// <summary>Whether there is such a member.</summary>
    public bool Contains(string name) => Find(name) >= 0;

    /// <summary>Whether a member is <c>null</c>, or there is none.</summary>
    public bool IsNullOrMissing(string name) => Find(name) is not (var index and >= 0) || members[index].Value.SequenceEqual("null"u8);

    /// <summary>A member that is a string of at most that many bytes as it is written; null when there is no such string.</summary>
    public string? Text(string name, int maxBytes = int.MaxValue)
    {
        if (Find(name) is not (var index and >= 0) || members[index].Value is not [(byte)'"', ..] value || value.Length - 2 > maxBytes)
        {
            return null;
        }

        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>Whether a member is <c>true</c>.</summary>
    public bool Flag(string name) => Find(name) is var index and >= 0 && members[index].Value.SequenceEqual("true"u8);

    /// <summary>This object without the members of these names.</summary>
    public RawObject Without(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not (var first and >= 0))
        {
            return this;
        }

        var kept = new Member[members.Length - 1];
        members.AsSpan(..first).CopyTo(kept);
        var count = first;
        foreach (var member in members.AsSpan(first + 1))
        {
            if (member.NameIn(names) is null)
            {
                kept[count++] = member;
            }
        }

        return new RawObject(count == kept.Length ? kept : kept[..count], HadRepeatedNames);
    }

    /// <summary>This object with a new member, or with a new value of a member that stays in its place.</summary>
    /// <exception cref="JsonException">The value is nested deeper than 1,000 levels.</exception>
    public RawObject With(string name, JsonNode? value)
    {
        var escaped = JsonEncodedText.Encode(name, Writing.Encoder).EncodedUtf8Bytes;
        byte[] json = [(byte)'"', .. escaped, (byte)'"', (byte)':', .. JsonSerializer.SerializeToUtf8Bytes(value, Writing)];
        return With([new Member(json, Start: 0, escaped.Length, escaped.Length + "\"\":"u8.Length, json.Length)]);
    }

    /// <summary>The same for each member of <paramref name="properties"/>.</summary>
    /// <exception cref="JsonException">They are nested deeper than 1,000 levels.</exception>
    public RawObject With(JsonObject properties) => With(From(properties).members);

    /// <summary>The JSON, in UTF-8.</summary>
    public byte[] ToBytes()
    {
        var length = "{}"u8.Length + Math.Max(members.Length - 1, 0);
        foreach (var member in members)
        {
            length += member.Json.Length;
        }

        var json = new byte[length];
        json[0] = (byte)'{';
        var at = 1;
        foreach (var member in members)
        {
            if (at > 1)
            {
                json[at++] = (byte)',';
            }

            member.Json.CopyTo(json.AsSpan(at));
            at += member.Json.Length;
        }

        json[at] = (byte)'}';
        return json;
    }

    /// <summary>All members as a new node.</summary>
    public JsonObject ToJsonObject() => JsonNode.Parse(ToBytes(), null, AnyDepth)!.AsObject();

    /// <summary>The JSON, as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(ToBytes());

    /// <summary>
    /// The JSON object in <paramref name="json"/>; null when it is none, or is nested deeper than <see cref="Document.MaxDepth"/>. Of a
    /// name that occurs twice in one object, at any depth, only the last remains, as everywhere.
    /// </summary>
    /// <param name="json">Belongs to the object from now on. Invalid text in it is replaced with U+FFFD.</param>
    internal static RawObject? TryParse(byte[] json)
    {
        try
        {
            json = DocumentJson.MakeValid(json);
            var read = Read(json, Document.MaxDepth, compareNames: true, out var mayRepeatNames);
            var unique = mayRepeatNames ? DuplicateNames.TryRemove(json) : null;
            read = mayRepeatNames ? Read(unique ?? json, Document.MaxDepth, compareNames: false, out _) : read;
            return read is null || unique is null ? read : new RawObject(read.members, hadRepeatedNames: true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The first of these names that a member has; null when none has one.</summary>
    internal string? FirstOf(params ReadOnlySpan<string> names) =>
        Find(names) is var index and >= 0 ? members[index].NameIn(names) : null;

    /// <param name="json">JSON whose text is valid.</param>
    /// <param name="maxDepth">How deep it may be nested.</param>
    /// <param name="compareNames">Whether to look for names that occur twice in one object; otherwise there are none.</param>
    /// <param name="mayRepeatNames">Whether there may be such a name. Reading ends there: finding out takes memory of its own.</param>
    /// <returns>Null when it is something else than an object, or may repeat names.</returns>
    /// <exception cref="JsonException">It is not one JSON value, or is nested deeper.</exception>
    private static RawObject? Read(byte[] json, int maxDepth, bool compareNames, out bool mayRepeatNames)
    {
        mayRepeatNames = false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            return null;
        }

        var members = new Member[8];
        var count = 0;
        using var names = new RepeatedNames(json);
        names.Visit(ref reader);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (compareNames)
            {
                names.Visit(ref reader);
            }

            var (start, nameLength) = ((int)reader.TokenStartIndex, reader.ValueSpan.Length);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            if (compareNames)
            {
                names.VisitValue(ref reader);
            }
            else
            {
                reader.Skip();
            }

            if (names.MayOccur)
            {
                mayRepeatNames = true;
                return null;
            }

            if (count == members.Length)
            {
                Array.Resize(ref members, 2 * count);
            }

            members[count++] = new Member(json, start, nameLength, valueStart, (int)reader.BytesConsumed);
        }

        // Throws when anything follows the object.
        reader.Read();
        return new RawObject(members[..count]);
    }

    private RawObject With(ReadOnlySpan<Member> others)
    {
        var all = new Member[members.Length + others.Length];
        members.CopyTo(all, 0);
        var count = members.Length;
        foreach (var other in others)
        {
            all[Find(other.Name) is var index and >= 0 ? index : count++] = other;
        }

        return new RawObject(all[..count], HadRepeatedNames);
    }

    /// <summary>The index of the first member that has one of these names; -1 when none has one.</summary>
    private int Find(params ReadOnlySpan<string> names)
    {
        for (var index = 0; index < members.Length; index++)
        {
            if (members[index].NameIn(names) is not null)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>One member: a part of a JSON text.</summary>
    /// <param name="Source">The text.</param>
    /// <param name="Start">Where its name begins, with the quotation mark.</param>
    /// <param name="NameLength">The bytes of its name, without the quotation marks.</param>
    /// <param name="ValueStart">Where its value begins.</param>
    /// <param name="End">Where its value has ended.</param>
    private readonly record struct Member(byte[] Source, int Start, int NameLength, int ValueStart, int End)
    {
        public ReadOnlySpan<byte> Json => Source.AsSpan(Start..End);

        public ReadOnlySpan<byte> Value => Source.AsSpan(ValueStart..End);

        public string Name => ReadName().GetString()!;

        /// <summary>Which of <paramref name="names"/> is its name, in any spelling; null when none is. Allocates nothing.</summary>
        public string? NameIn(ReadOnlySpan<string> names)
        {
            var raw = Source.AsSpan(Start + 1, NameLength);
            return Ascii.IsValid(raw) && !raw.Contains((byte)'\\') ? AsciiNameIn(raw, names) : ReadNameIn(names);
        }

        private static string? AsciiNameIn(ReadOnlySpan<byte> raw, ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (Ascii.Equals(raw, name))
                {
                    return name;
                }
            }

            return null;
        }

        private string? ReadNameIn(ReadOnlySpan<string> names)
        {
            var reader = ReadName();
            foreach (var name in names)
            {
                if (reader.ValueTextEquals(name))
                {
                    return name;
                }
            }

            return null;
        }

        private Utf8JsonReader ReadName()
        {
            var reader = new Utf8JsonReader(Source.AsSpan(Start, NameLength + "\"\""u8.Length));
            reader.Read();
            return reader;
        }
    }
}
