using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace OfflineActions.Emulators.Recording;

/// <summary>Collects a body while it passes.</summary>
internal sealed class CapturedBody
{
    private const int Longest = 32 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> content = new();
    private long length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += bytes.Length;
        if (length <= Longest)
        {
            content.Write(bytes);
        }
    }

    /// <param name="isPacked">Whether it is said to be packed with gzip.</param>
    /// <param name="mask">Replaces what must not be in the recording; null leaves the whole body out.</param>
    public RecordedBody? ToBody(bool isPacked, Func<byte[], byte[]?> mask)
    {
        if (length == 0)
        {
            return null;
        }

        var bytes = length <= Longest ? content.WrittenSpan.ToArray() : null;
        var unpacked = isPacked && bytes is not null ? Unpack(bytes) : null;
        return (unpacked ?? bytes) is { } whole && mask(whole) is { } masked ? ToBody(masked, unpacked is not null) : new(LeftOut: length);
    }

    private static RecordedBody ToBody(byte[] content, bool gzip)
    {
        try
        {
            return new(Text: StrictUtf8.GetString(content), Gzip: gzip);
        }
        catch (DecoderFallbackException)
        {
            return new(Base64: Convert.ToBase64String(content), Gzip: gzip);
        }
    }

    /// <returns>Null for what is not packed, and for a packed feed that was cut.</returns>
    private static byte[]? Unpack(byte[] packed)
    {
        try
        {
            using var unpacked = new MemoryStream();
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            gzip.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
