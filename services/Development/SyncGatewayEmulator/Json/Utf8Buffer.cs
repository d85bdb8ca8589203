using System.Text;

namespace OfflineActions.Emulators.Json;

/// <summary>A growing UTF-8 buffer that can be read and truncated while it grows.</summary>
internal sealed class Utf8Buffer(int capacity = 256)
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public Utf8Buffer Append(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(bytes.AsSpan(Length));
        Length += value.Length;
        return this;
    }

    public Utf8Buffer Append(byte value)
    {
        Reserve(1);
        bytes[Length++] = value;
        return this;
    }

    /// <summary>Appends text without quotes or escapes.</summary>
    public Utf8Buffer Append(string value)
    {
        Reserve(Encoding.UTF8.GetByteCount(value));
        Length += Encoding.UTF8.GetBytes(value, bytes.AsSpan(Length));
        return this;
    }

    public Utf8Buffer Append(long value)
    {
        Reserve(20);
        value.TryFormat(bytes.AsSpan(Length), out var written);
        Length += written;
        return this;
    }

    /// <summary>Appends a JSON string, escaped as in Go; it may hold bytes that are not UTF-8 (<see cref="ByteText"/>).</summary>
    public Utf8Buffer Text(string value)
    {
        if (GoText.IsPlain(value))
        {
            return Append((byte)'"').Append(value).Append((byte)'"');
        }

        GoText.EncodeBytes(ByteText.ToBytes(value), this);
        return this;
    }

    /// <summary>Appends a JSON array of strings.</summary>
    public Utf8Buffer Texts(IEnumerable<string> values)
    {
        Append((byte)'[');
        var first = true;
        foreach (var value in values)
        {
            Append(first ? ""u8 : ","u8).Text(value);
            first = false;
        }

        return Append((byte)']');
    }

    public void Truncate(int length) => Length = length;

    public byte[] ToArray() => Written.ToArray();

    /// <summary>As <see cref="ToArray"/>, without a copy when the buffer is full. Do not write to the buffer afterwards.</summary>
    public byte[] Finish() => Length == bytes.Length ? bytes : ToArray();

    private void Reserve(int more)
    {
        if (bytes.Length - Length < more)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + more));
        }
    }
}
