using System.Buffers;
using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>
/// Says, while JSON is read, whether a name may occur twice in one of its objects. It compares the names of small objects as they are
/// written. For a large object, where that takes long, and for a name with an escape, its answer is that it may.
/// </summary>
/// <param name="json">The JSON that is read.</param>
internal struct RepeatedNames(byte[] json) : IDisposable
{
    private const int MaxCompared = 64;

    /// <summary>Of each object that is open: where the names of the object around it begin, and then its own names.</summary>
    private Entry[] entries = ArrayPool<Entry>.Shared.Rent(64);
    private int count;
    private int first;

    /// <summary>Whether a name may have occurred twice so far.</summary>
    public bool MayOccur { get; private set; }

    /// <summary>Visits the value at which the reader is, and leaves the reader at its end.</summary>
    public void VisitValue(ref Utf8JsonReader reader)
    {
        if (MayOccur)
        {
            reader.Skip();
            return;
        }

        var depth = reader.CurrentDepth;
        Visit(ref reader);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            do
            {
                reader.Read();
                Visit(ref reader);
            }
            while (reader.CurrentDepth > depth);
        }
    }

    /// <summary>Visits one token.</summary>
    public void Visit(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Push(new Entry(first, Length: 0));
                first = count;
                break;
            case JsonTokenType.EndObject:
                count = first - 1;
                first = entries[count].Start;
                break;
            case JsonTokenType.PropertyName when !MayOccur:
                Compare(ref reader);
                break;
        }
    }

    public readonly void Dispose() => ArrayPool<Entry>.Shared.Return(entries);

    private void Compare(ref Utf8JsonReader reader)
    {
        var name = reader.ValueSpan;
        MayOccur = reader.ValueIsEscaped || count - first >= MaxCompared;
        foreach (var other in entries.AsSpan(first..count))
        {
            MayOccur |= other.Length == name.Length && json.AsSpan(other.Start, other.Length).SequenceEqual(name);
        }

        Push(new Entry((int)reader.TokenStartIndex + 1, name.Length));
    }

    private void Push(Entry entry)
    {
        if (count == entries.Length)
        {
            var more = ArrayPool<Entry>.Shared.Rent(2 * count);
            entries.CopyTo(more, 0);
            Dispose();
            entries = more;
        }

        entries[count++] = entry;
    }

    /// <summary>A name, or the beginning of an object.</summary>
    /// <param name="Start">Where the name is in the JSON; for an object, the index of the first name of the object around it.</param>
    /// <param name="Length">The bytes of the name.</param>
    internal readonly record struct Entry(int Start, int Length);
}
