using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace OfflineActions.Emulators.Wire;

/// <summary>Some bytes of a body.</summary>
/// <param name="Bytes">The bytes; valid until the next part is read.</param>
/// <param name="IsContent">Whether they belong to the content; false for the sizes and ends of chunks.</param>
internal readonly record struct BodyPart(ReadOnlyMemory<byte> Bytes, bool IsContent);

/// <summary>Reads HTTP/1.1 messages from a connection, and hands on every byte of a body as soon as it is there.</summary>
internal sealed class HttpReader(Stream stream)
{
    private const int LongestHead = 1 << 17;

    private readonly byte[] buffer = new byte[LongestHead];
    private int start;
    private int end;

    /// <returns>The next head; null when the connection ended before it.</returns>
    /// <exception cref="InvalidDataException">The head is longer than 128 KiB.</exception>
    /// <exception cref="IOException">The connection broke, or ended within the head.</exception>
    public async Task<HttpHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Empty lines before a request are allowed.
            while (end - start >= 2 && buffer[start] == '\r' && buffer[start + 1] == '\n')
            {
                start += 2;
            }

            if (Find("\r\n\r\n"u8) is >= 0 and var length)
            {
                var head = HttpHead.Parse(Encoding.Latin1.GetString(buffer, start, length));
                start += length + 4;
                return head;
            }

            var isEmpty = start == end;
            if (!await FillAsync(cancellationToken))
            {
                return isEmpty ? null : throw new EndOfStreamException("The connection ended within the headers.");
            }
        }
    }

    /// <summary>Reads a body to its end.</summary>
    /// <exception cref="InvalidDataException">A chunk has no valid size.</exception>
    /// <exception cref="IOException">The connection broke, or ended within the body.</exception>
    public IAsyncEnumerable<BodyPart> ReadBodyAsync(BodyFraming framing, CancellationToken cancellationToken) => framing.End switch
    {
        BodyEnd.None => AsyncEnumerable.Empty<BodyPart>(),
        BodyEnd.Length => ReadAsync(framing.Length, cancellationToken),
        BodyEnd.LastChunk => ReadChunksAsync(cancellationToken),
        _ => ReadToEndAsync(cancellationToken),
    };

    private async IAsyncEnumerable<BodyPart> ReadAsync(long length, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (length > 0)
        {
            if (start == end && !await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("The connection ended within a body.");
            }

            var count = (int)Math.Min(length, end - start);
            start += count;
            length -= count;
            yield return new(buffer.AsMemory(start - count, count), IsContent: true);
        }
    }

    private async IAsyncEnumerable<BodyPart> ReadToEndAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (start < end || await FillAsync(cancellationToken))
        {
            var part = buffer.AsMemory(start, end - start);
            start = end;
            yield return new(part, IsContent: true);
        }
    }

    private async IAsyncEnumerable<BodyPart> ReadChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long size;
        do
        {
            var line = await ReadLineAsync(cancellationToken);
            yield return new(line, IsContent: false);
            size = SizeOf(line.Span);
            await foreach (var part in ReadAsync(size, cancellationToken))
            {
                yield return part;
            }

            // After the last chunk come trailers, and an empty line as after each chunk.
            do
            {
                line = await ReadLineAsync(cancellationToken);
                yield return new(line, IsContent: false);
            }
            while (line.Length > 2);
        }
        while (size > 0);
    }

    private static long SizeOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.Latin1.GetString(line).Split(';')[0].Trim();
        return long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size) && size >= 0
            ? size
            : throw new InvalidDataException($"'{text}' is not the size of a chunk.");
    }

    /// <returns>The line with its end, which is valid until the next read.</returns>
    private async Task<ReadOnlyMemory<byte>> ReadLineAsync(CancellationToken cancellationToken)
    {
        int length;
        while ((length = Find("\r\n"u8)) < 0)
        {
            if (!await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("The connection ended within a body.");
            }
        }

        start += length + 2;
        return buffer.AsMemory(start - length - 2, length + 2);
    }

    private int Find(ReadOnlySpan<byte> bytes) => buffer.AsSpan(start, end - start).IndexOf(bytes);

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
        {
            throw new InvalidDataException($"The headers are longer than {LongestHead} bytes.");
        }

        var count = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += count;
        return count > 0;
    }
}
