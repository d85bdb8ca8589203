using System.Text.Json;

namespace OfflineActions.Emulators.Json;

/// <summary>
/// Rewrites JSON in the canonical form that revision ids are computed from: members sorted by the bytes of their names, no white space, the
/// last of duplicate names, strings escaped as in Go, numbers unchanged.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>Deeper documents are rejected, because the writer is recursive.</summary>
    public const int MaxDepth = 500;

    public static Utf8JsonReader Read(ReadOnlySpan<byte> json) =>
        new(json, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <summary>Writes the current value of the reader and moves the reader to its last token.</summary>
    public static void WriteValue(ref Utf8JsonReader reader, ReadOnlyMemory<byte> source, Utf8Buffer output)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader, source, output);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader, source, output);
                break;
            case JsonTokenType.String:
                GoText.Encode(TextOf(ref reader, source).Span, output);
                break;
            default:
                output.Append(reader.ValueSpan);
                break;
        }
    }

    /// <summary>As <see cref="WriteValue"/>, for an object; returns the members sorted, with their positions in the output.</summary>
    public static List<CanonicalMember> WriteObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> source, Utf8Buffer output)
    {
        var members = new List<CanonicalMember>();
        var sorted = true;
        output.Append((byte)'{');
        var start = output.Length;
        while (Next(ref reader) && reader.TokenType != JsonTokenType.EndObject)
        {
            if (members.Count > 0)
            {
                output.Append((byte)',');
            }

            var from = output.Length;
            var name = TextOf(ref reader, source);
            GoText.Encode(name.Span, output);
            output.Append((byte)':');
            var value = output.Length;
            Next(ref reader);
            WriteValue(ref reader, source, output);

            sorted = sorted && (members.Count == 0 || members[^1].Name.Span.SequenceCompareTo(name.Span) < 0);
            members.Add(new(name, from, value, output.Length));
        }

        if (!sorted)
        {
            members = Sort(members, start, output);
        }

        output.Append((byte)'}');
        return members;
    }

    private static void WriteArray(ref Utf8JsonReader reader, ReadOnlyMemory<byte> source, Utf8Buffer output)
    {
        output.Append((byte)'[');
        var first = true;
        while (Next(ref reader) && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!first)
            {
                output.Append((byte)',');
            }

            first = false;
            WriteValue(ref reader, source, output);
        }

        output.Append((byte)']');
    }

    private static List<CanonicalMember> Sort(List<CanonicalMember> members, int start, Utf8Buffer output)
    {
        var written = output.Written[start..].ToArray();
        output.Truncate(start);

        // A stable sort: the last of duplicate names stays last.
        var ordered = members.Order(Comparer<CanonicalMember>.Create((a, b) => a.Name.Span.SequenceCompareTo(b.Name.Span))).ToList();
        var kept = new List<CanonicalMember>(ordered.Count);
        for (var i = 0; i < ordered.Count; i++)
        {
            var member = ordered[i];
            if (i + 1 < ordered.Count && ordered[i + 1].Name.Span.SequenceEqual(member.Name.Span))
            {
                continue;
            }

            if (kept.Count > 0)
            {
                output.Append((byte)',');
            }

            var moved = output.Length - member.Start;
            output.Append(written.AsSpan(member.Start - start, member.End - member.Start));
            kept.Add(new(member.Name, member.Start + moved, member.ValueStart + moved, member.End + moved));
        }

        return kept;
    }

    private static ReadOnlyMemory<byte> TextOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> source) =>
        GoText.Decode(source.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length), reader.ValueIsEscaped);

    private static bool Next(ref Utf8JsonReader reader) =>
        reader.Read() ? true : throw new JsonException("unexpected end of JSON input");
}
