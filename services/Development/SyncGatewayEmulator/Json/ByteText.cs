using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace OfflineActions.Emulators.Json;

/// <summary>
/// Go's strings may hold bytes that are not UTF-8, for example an id that was sent as <c>%FF</c>. Here each such byte is a lone
/// surrogate, U+DC80 to U+DCFF, so that different bytes stay different text.
/// </summary>
internal static class ByteText
{
    private const int Offset = 0xDC00;

    public static string FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == OperationStatus.Done;
            _ = valid ? text.Append(rune.ToString()) : text.Append((char)(Offset + bytes[0]));
            bytes = bytes[(valid ? length : 1)..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a text; a surrogate that stands for no byte becomes U+FFFD.</summary>
    public static byte[] ToBytes(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        while (text.Length > 0)
        {
            var valid = Rune.DecodeFromUtf16(text, out var rune, out var chars) == OperationStatus.Done;
            if (!valid && text[0] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes[length++] = (byte)(text[0] - Offset);
                text = text[1..];
                continue;
            }

            length += rune.EncodeToUtf8(bytes.AsSpan(length));
            text = text[chars..];
        }

        return bytes[..length];
    }
}
